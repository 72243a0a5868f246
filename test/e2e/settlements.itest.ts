import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { eventually, type RestClient } from '@doffers/testkit';
import { admin, openShop, type Shopkeeper } from './people.ts';
import { payOrder } from './razorpay.ts';
import { assertRefusal } from './refusal.ts';

const names = 'transaction_entity,entity_id,amount,currency,debit,credit,order_id,settlement_id';

describe('a settlement report that an admin hands in', () => {
  let office: RestClient;
  let asha: Shopkeeper;
  let payment: { readonly id: string; readonly order: string };
  before(async () => {
    [office, asha] = await Promise.all([admin({ secondFactor: true }), openShop()]);
    const shop = `/v1/shops/${asha.shopId}`;
    const topup = await asha.api.post(`${shop}/topups`, { body: { requestId: 't', amountPaise: '100000' } });
    const order = String(topup.body.gatewayOrderId);
    payment = { id: await payOrder(order), order };
    await eventually(async () => {
      assert.equal((await asha.api.get(`${shop}/wallet`)).body.availablePaise, '100000');
    });
  });

  const handIn = (csv: string, { dryRun = false, by = office } = {}) =>
    by.post('/v1/admin/settlements:import', { body: { csv, dryRun } });
  const report = (amount: string) =>
    `${names}\npayment,${payment.id},${amount},INR,0.00,976.40,${payment.order},setl_e2e\n`;
  const opened = async () => {
    const { body } = await office.get('/v1/admin/reconciliation-breaks');
    return (body.breaks as { breakId: string; kind: string; reference: string }[]).filter(
      ({ reference }) => reference === payment.id,
    );
  };

  it('agrees with what was paid, and is read once', async () => {
    const body = report('1000.00');
    const first = await handIn(body);
    assert.deepEqual([first.status, first.body.lines, first.body.addedLines], [200, 1, 1], JSON.stringify(first.body));
    assert.deepEqual(first.body.differences, []);
    assert.equal((await handIn(body)).body.addedLines, 0);
    assert.deepEqual(await opened(), []);
  });

  it('that differs says what, and opens a break only when it is not a dry run', async () => {
    const dry = await handIn(report('1000.01'), { dryRun: true });
    const [difference] = dry.body.differences as { reference: string; details: string }[];
    assert.equal(difference?.reference, payment.id);
    assert.match(difference?.details ?? '', /"what":"amount","settlement":100001,"books":100000/);
    assert.deepEqual(await opened(), []);
    await handIn(report('1000.01'));
    const [found] = await opened();
    assert.equal(found?.kind, 'settlement_differs');
    const resolution = { requestId: crypto.randomUUID(), note: 'a paisa of rounding at the gateway' };
    const path = `/v1/admin/reconciliation-breaks/${found?.breakId}:resolve`;
    assert.equal((await office.post(path, { body: resolution })).body.resolved, true);
  });

  it('is refused when it is no report, and from whoever may not hand it in', async () => {
    assertRefusal(await handIn('no report'), [400, 'SETTLEMENT_FILE_INVALID']);
    assertRefusal(await handIn(report('1,000')), [400, 'SETTLEMENT_FILE_INVALID']);
    assertRefusal(await handIn(report('1000.00'), { by: await admin() }), [403, 'SECOND_FACTOR_REQUIRED']);
    assertRefusal(await handIn(report('1000.00'), { by: asha.api }), [403, 'ROLE_REQUIRED']);
  });
});
