import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { paise } from '@doffers/money';
import { type BookedMovement, compareSettlement, dayBehind, type SettlementLine } from './settlement.ts';

/** A payment of ₹1,000 of which the gateway keeps ₹23.60. */
function aLine(changes: Partial<SettlementLine> = {}): SettlementLine {
  return {
    type: 'payment',
    entityId: 'pay_1',
    settlementId: 'setl_1',
    amount: paise(1_000_00),
    currency: 'INR',
    credit: paise(976_40),
    debit: paise(0),
    fee: paise(23_60),
    orderId: 'order_1',
    ...changes,
  };
}

function booked(changes: Partial<BookedMovement> = {}): ReadonlyMap<string, BookedMovement> {
  const movement: BookedMovement = {
    entityId: 'pay_1',
    type: 'payment',
    amount: paise(1_000_00),
    orderId: 'order_1',
    settledElsewhere: paise(0),
    ...changes,
  };
  return new Map([[movement.entityId, movement]]);
}

const differences = (lines: readonly SettlementLine[], ours = booked()) =>
  compareSettlement(lines, ours).map(({ kind, reference, details }) => {
    assert.equal(kind, 'settlement_differs');
    return [reference, ...(details.differences as { what: string }[]).map(({ what }) => what)];
  });

describe('a settlement', () => {
  it('agrees line by line, and when a payment comes in parts', () => {
    assert.deepEqual(differences([aLine()]), []);
    const half = { amount: paise(500_00), credit: paise(488_20), fee: paise(11_80) };
    assert.deepEqual(differences([aLine(half), aLine({ ...half, settlementId: 'setl_2' })]), []);
    assert.deepEqual(differences([aLine(half)], booked({ settledElsewhere: paise(500_00) })), []);
  });

  it('differs in the amount only when it is more than was booked', () => {
    const more = { amount: paise(1_000_01), credit: paise(976_41) };
    assert.deepEqual(differences([aLine(more)]), [['pay_1', 'amount']]);
    assert.deepEqual(differences([aLine()], booked({ settledElsewhere: paise(1) })), [['pay_1', 'amount']]);
  });

  it('differs when the payment is not ours, is another order, currency or sum, or is no payment at all', () => {
    assert.deepEqual(differences([aLine({ entityId: 'pay_2' })]), [['pay_2', 'unknown']]);
    assert.deepEqual(differences([aLine({ orderId: 'order_2' })]), [['pay_1', 'order']]);
    assert.deepEqual(differences([aLine({ currency: 'USD' })]), [['pay_1', 'currency']]);
    assert.deepEqual(differences([aLine({ fee: paise(23_59) })]), [['pay_1', 'net']]);
    assert.deepEqual(differences([aLine({ type: 'adjustment', entityId: 'adj_1' })]), [['adj_1', 'adjustment']]);
  });

  it('compares a refund with what was paid back', () => {
    const refund = { type: 'refund', entityId: 'rfnd_1', credit: paise(0), debit: paise(1_000_00), fee: paise(0) };
    const ours = booked({ entityId: 'rfnd_1', type: 'refund', orderId: undefined });
    assert.deepEqual(differences([aLine(refund)], ours), []);
    assert.deepEqual(differences([aLine({ ...refund, debit: paise(1) })], ours), [['rfnd_1', 'net']]);
    assert.deepEqual(differences([aLine({ ...refund, type: 'payment', credit: paise(1_000_00) })], ours), [
      ['rfnd_1', 'type'],
    ]);
  });

  it('does not report again what waits for a person already', () => {
    assert.deepEqual(differences([aLine()], booked({ amount: undefined })), []);
  });

  it('counts days as they are in India', () => {
    assert.equal(dayBehind('2026-02-27', 2), '2026-03-01');
    assert.equal(dayBehind('2026-11-24', -10), '2026-11-14');
  });
});
