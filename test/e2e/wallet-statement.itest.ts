import assert from 'node:assert/strict';
import { it } from 'node:test';
import { topUp } from './campaign-steps.ts';
import { openShop } from './people.ts';
import { assertRefusal } from './refusal.ts';

it('a shopkeeper downloads the statement of a month as CSV and as PDF; nobody else does', async () => {
  const [asha, ravi] = await Promise.all([openShop(), openShop()]);
  await topUp(asha, 500_00);
  const [period = ''] = /^\d{4}-\d{2}/.exec(new Date(Date.now() + 5.5 * 3_600_000).toISOString()) ?? []; // in India
  const path = `/v1/shops/${asha.shopId}/wallet/statement?period=${period}`;

  const wallet = await asha.api.get(`/v1/shops/${asha.shopId}/wallet`);
  const balance = (Number(wallet.body.postedPaise) / 100).toFixed(2);
  const csv = await asha.api.get(path);
  assert.deepEqual([csv.status, csv.headers.get('content-type')], [200, 'text/csv; charset=utf-8']);
  const [, opening, entry, closing] = String(csv.body.text).split('\r\n');
  assert.equal(opening, `${period}-01,Opening balance,,,,0.00,0.00`);
  assert.match(entry ?? '', new RegExp(`^${period}-\\d\\d,Top-up,[^,]+,${balance},0\\.00,${balance},0\\.00$`));
  assert.equal(closing, `,Closing balance,,,,${balance},0.00`);

  const pdf = await asha.api.get(`${path}&format=PDF`);
  assert.equal(pdf.headers.get('content-type'), 'application/pdf');
  assert.match(String(pdf.body.text), /^%PDF-/);

  assertRefusal(await ravi.api.get(path), [404, 'SHOP_NOT_FOUND']);
  assertRefusal(await asha.api.get(path.replace(period, '2026-13')), [400, 'VALIDATION']);
});
