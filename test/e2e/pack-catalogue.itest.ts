import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { eventually, type RestClient, type RestResponse } from '@doffers/testkit';
import { admin, openShop, type Shopkeeper } from './people.ts';
import { payOrder } from './razorpay.ts';
import { reconcileThrough } from './reconcile.ts';
import { assertRefusal } from './refusal.ts';

const packId = `festival-${crypto.randomUUID().slice(0, 8)}`;
const terms = { name: 'Festival', offers: 2, messages: [{ channel: 'WHATSAPP', units: 100 }], validDays: 30 };

describe('the pack catalogue and the reconciliation of an admin', () => {
  let office: RestClient;
  let asha: Shopkeeper;
  before(async () => {
    [office, asha] = await Promise.all([admin({ secondFactor: true }), openShop()]);
  });

  const change = (deed: string, body: object, by: RestClient = office) =>
    by.post(`/v1/admin/packs/${packId}:${deed}`, { body });
  const onSale = async () => {
    const { body } = await asha.api.get('/v1/packs');
    return (body.packs as { packId: string; pricePaise: string }[]).find((pack) => pack.packId === packId);
  };
  const buy = (requestId: string, expected: { expectedPricePaise?: string } = {}) =>
    asha.api.post(`/v1/shops/${asha.shopId}/pack-purchases`, { body: { requestId, packId, ...expected } });
  const ok = ({ status, body }: RestResponse) => {
    assert.ok(status === 200 || status === 201, JSON.stringify(body));
    return body;
  };

  /** Breaks that are open, of any shop, but for what payments of other tests could not explain. */
  const foundByChecks = async () => {
    const { breaks = [] } = ok(await office.get('/v1/admin/reconciliation-breaks'));
    return (breaks as { kind: string; reference: string }[])
      .filter(({ kind }) => !['amount_mismatch', 'unknown_order', 'unknown_refund', 'late_capture'].includes(kind))
      .map(({ kind, reference }) => `${kind} ${reference}`);
  };

  it('puts a pack on sale once, and refuses what is no pack', async () => {
    const body = { requestId: `create-${packId}`, packId, ...terms, pricePaise: '10000' };
    const made = ok(await office.post('/v1/admin/packs', { body }));
    assert.deepEqual([made.version, made.onSale], [1, true]);
    assert.deepEqual(ok(await office.post('/v1/admin/packs', { body })), made);
    const again = { ...body, requestId: crypto.randomUUID() };
    assertRefusal(await office.post('/v1/admin/packs', { body: again }), [409, 'PACK_EXISTS']);
    const empty = { ...again, packId: `${packId}-b`, offers: 0, messages: [] };
    assertRefusal(await office.post('/v1/admin/packs', { body: empty }), [400, 'PACK_EMPTY']);
    const without = await (await admin()).post('/v1/admin/packs', { body: again });
    assertRefusal(without, [403, 'SECOND_FACTOR_REQUIRED']);
    assertRefusal(await asha.api.post('/v1/admin/packs', { body: again }), [403, 'ROLE_REQUIRED']);
    assert.equal((await onSale())?.pricePaise, '10000');
  });

  it('prices it anew, and a shop pays the price that was shown', async () => {
    const stale = { requestId: crypto.randomUUID(), pricePaise: '30000', etag: '"7"' };
    assertRefusal(await change('reprice', stale), [409, 'ETAG_MISMATCH']);
    const priced = ok(await change('reprice', { requestId: crypto.randomUUID(), pricePaise: '20000', etag: '"1"' }));
    assert.equal(priced.version, 2);
    assert.equal((await onSale())?.pricePaise, '20000');

    const topup = ok(
      await asha.api.post(`/v1/shops/${asha.shopId}/topups`, { body: { requestId: 't', amountPaise: '100000' } }),
    );
    await payOrder(topup.gatewayOrderId);
    const available = async () => (await asha.api.get(`/v1/shops/${asha.shopId}/wallet`)).body.availablePaise;
    await eventually(async () => assert.equal(await available(), '100000'));
    const seenBefore = await buy('p', { expectedPricePaise: '10000' });
    assertRefusal(seenBefore, [400, 'PACK_PRICE_CHANGED']);
    const [info] = seenBefore.body.details as { metadata: Record<string, string> }[];
    assert.equal(info?.metadata.pricePaise, '20000');
    const bought = ok(await buy('p', { expectedPricePaise: '20000' }));
    assert.equal(bought.totalPaise, '23600');
    await eventually(async () => assert.equal(await available(), String(100_000 - 23_600)));
    assertRefusal(await buy('p', { expectedPricePaise: '10000' }), [409, 'IDEMPOTENCY_KEY_REUSED']);
    assert.equal(ok(await buy('p', { expectedPricePaise: '20000' })).purchaseId, bought.purchaseId);
  });

  it('retires it, and it can no longer be bought or priced', async () => {
    ok(await change('retire', { requestId: crypto.randomUUID() }));
    assert.equal(await onSale(), undefined);
    assertRefusal(await buy('p2'), [404, 'PACK_NOT_FOUND']);
    const late = { requestId: crypto.randomUUID(), pricePaise: '5000' };
    assertRefusal(await change('reprice', late), [400, 'PACK_RETIRED']);
    assertRefusal(await change('retire', { requestId: crypto.randomUUID() }), [400, 'PACK_RETIRED']);
    const { versions } = ok(await office.get(`/v1/admin/packs/${packId}/versions`));
    const kept = (versions as { version: number; onSale: boolean; pack: { pricePaise: string } }[]).map(
      ({ version, onSale, pack }) => [version, onSale ?? false, pack.pricePaise],
    );
    assert.deepEqual(kept, [
      [3, false, '20000'],
      [2, true, '20000'],
      [1, true, '10000'],
    ]);
    assertRefusal(await office.get('/v1/admin/packs/no-such-pack/versions'), [404, 'PACK_NOT_FOUND']);
  });

  it('finds nothing that does not agree', async () => {
    const before = await foundByChecks();
    const runs = await reconcileThrough(async (skippedChecks) =>
      ok(await office.post('/v1/admin/reconciliations:run', { body: { skippedChecks } })),
    );
    const [run] = runs;
    assert.deepEqual(
      run?.checks.map(({ check }) => check),
      ['R1', 'R2', 'R3', 'R4', 'R5', 'R6', 'R7', 'R8', 'R9', 'R10', 'R11', 'R12'],
    );
    const wallets = runs.flatMap(({ checks }) => checks).filter(({ check }) => check === 'R2');
    assert.ok(wallets.some(({ examined = 0 }) => examined > 0));
    assert.deepEqual(await foundByChecks(), before);
    const { reconciliations } = ok(await office.get('/v1/admin/reconciliations'));
    const ids = (reconciliations as { reconciliationId: string }[]).map(({ reconciliationId }) => reconciliationId);
    assert.ok(ids.includes(String(runs.at(-1)?.reconciliationId)));
    const unknown = { body: { skippedChecks: ['everything'] } };
    assertRefusal(await office.post('/v1/admin/reconciliations:run', unknown), [400, 'VALIDATION']);
  });

  it('closes only a break that there is', async () => {
    const path = `/v1/admin/reconciliation-breaks/${crypto.randomUUID()}:resolve`;
    const body = { requestId: crypto.randomUUID(), note: 'looked at' };
    assertRefusal(await office.post(path, { body }), [404, 'BREAK_NOT_FOUND']);
    assertRefusal(await (await admin()).post(path, { body }), [403, 'SECOND_FACTOR_REQUIRED']);
  });
});
