import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { eventually, type RestClient } from '@doffers/testkit';
import { admin, openShop, type Shopkeeper } from './people.ts';
import { payOrder } from './razorpay.ts';
import { assertRefusal } from './refusal.ts';

type Report = {
  readonly revenuePaise: string;
  readonly streams: Record<string, string>;
  readonly days: { readonly date: string; readonly revenuePaise: string }[];
  readonly states: { readonly state: string; readonly revenuePaise: string }[];
  readonly paidInPaise: string;
};

const sum = (amounts: readonly string[]) => amounts.reduce((total, amount) => total + Number(amount), 0);

describe('the revenue report of an admin', () => {
  let office: RestClient;
  let tashi: Shopkeeper;
  before(async () => {
    // In a State that no other shop of these tests is in.
    [office, tashi] = await Promise.all([admin(), openShop({ pincode: '737101' })]);
  });

  const path = '/v1/admin/revenue';
  const read = async () => {
    const { status, body } = await office.get(path);
    assert.equal(status, 200, JSON.stringify(body));
    return body as unknown as Report;
  };
  const inSikkim = ({ states }: Report) => Number(states.find(({ state }) => state === '11-Sikkim')?.revenuePaise ?? 0);

  it('shows what a shop bought, in the State where it is, and adds up', async () => {
    const before = await read();
    const shop = `/v1/shops/${tashi.shopId}`;
    const topup = await tashi.api.post(`${shop}/topups`, { body: { requestId: 't', amountPaise: '100000' } });
    await payOrder(topup.body.gatewayOrderId);
    await eventually(async () => {
      assert.equal((await tashi.api.get(`${shop}/wallet`)).body.availablePaise, '100000');
    });
    await tashi.api.post(`${shop}/pack-purchases`, { body: { requestId: 'p', packId: 'offers-5' } });

    const after = await eventually(async () => {
      const report = await read();
      assert.equal(inSikkim(report) - inSikkim(before), 499_00, 'before tax');
      return report;
    });
    const parts = [
      Object.values(after.streams),
      after.days.map(({ revenuePaise }) => revenuePaise),
      after.states.map(({ revenuePaise }) => revenuePaise),
    ];
    for (const part of parts) assert.equal(sum(part), Number(after.revenuePaise));
    assert.ok(Number(after.paidInPaise) - Number(before.paidInPaise) >= 1_000_00);
  });

  it('is for admins, and for days that exist', async () => {
    assertRefusal(await tashi.api.get(path), [403, 'ROLE_REQUIRED']);
    for (const days of ['startDate=2026-02-30', 'startDate=2026-12-01&endDate=2026-11-01', 'startDate=2020-01-01']) {
      assertRefusal(await office.get(`${path}?${days}`), [400, 'DATE_RANGE_INVALID']);
    }
    assert.equal((await office.get(`${path}?startDate=yesterday`)).status, 400);
  });
});
