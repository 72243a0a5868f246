import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { settlementFromCsv } from './settlement-csv.ts';

const names =
  'transaction_entity,entity_id,amount,currency,fee (exclusive tax),tax,debit,credit,order_id,settlement_id';

describe('a settlement report as CSV', () => {
  it('is read by the names of its columns, in rupees', () => {
    const csv = `\uFEFF${names}\r
payment,pay_1,1000.00,INR,20.00,3.60,0.00,976.40,order_1,setl_1\r
refund,rfnd_1,10.5,INR,0.00,0.00,10.50,0,"",setl_1\r
payment,pay_2,5.00,INR,0.00,0.00,0.00,5.00,order_2,\r
`;
    assert.deepEqual(settlementFromCsv(csv), [
      {
        type: 'payment',
        entityId: 'pay_1',
        settlementId: 'setl_1',
        amount: 1_000_00,
        currency: 'INR',
        credit: 976_40,
        debit: 0,
        fee: 23_60,
        orderId: 'order_1',
      },
      {
        type: 'refund',
        entityId: 'rfnd_1',
        settlementId: 'setl_1',
        amount: 10_50,
        currency: 'INR',
        credit: 0,
        debit: 10_50,
        fee: 0,
        orderId: undefined,
      },
    ]);
  });

  it('says which line is wrong, and what it should have', () => {
    const wrong: [string, RegExp][] = [
      [`${names}\npayment,pay_1,1000.001,INR,0,0,0,1,o,setl_1`, /line 2: amount should be an amount in rupees/],
      [`${names}\npayment,pay_1,1,INR,0,0,0,1,o,setl_1\npayment,,1,INR,0,0,0,1,o,setl_1`, /line 3: entity_id/],
      ['entity_id,settlement_id,amount,currency,credit,debit\npay_1,setl_1,1,INR,1,0', /line 2: type should be a type/],
      [`${names}\npayment,pay_1`, /Invalid Record Length/],
      [`${names}\npayment,"pay_1`, /Quote/],
    ];
    for (const [csv, message] of wrong) {
      assert.throws(() => settlementFromCsv(csv), { reason: 'SETTLEMENT_FILE_INVALID', message });
    }
  });

  it('without the names of its columns is refused', () => {
    for (const csv of ['pay_1,setl_1,1', 'a,b\n1,2']) {
      assert.throws(() => settlementFromCsv(csv), { reason: 'SETTLEMENT_FILE_INVALID', message: /name entity_id/ });
    }
  });
});
