import { istDay } from '@doffers/calendar';
import { type Paise, sumPaise } from '@doffers/money';
import type { Finding } from './reconciliation.ts';

/** One line of a settlement to the bank: what came in or went out, and what the gateway kept of it. */
export type SettlementLine = {
  /** `payment`, `refund`, or something else, such as an adjustment for a dispute. */
  readonly type: string;
  /** The payment's or refund's id at the gateway. */
  readonly entityId: string;
  readonly settlementId: string;
  /** What was paid or paid back, before the fee. */
  readonly amount: Paise;
  readonly currency: string;
  /** What reached the bank account, and what left it. */
  readonly credit: Paise;
  readonly debit: Paise;
  /** What the gateway kept, its tax included. */
  readonly fee: Paise;
  /** The order that was paid, when the gateway says it. */
  readonly orderId: string | undefined;
};

/** What the books know of a payment or refund, with what was settled of it in other lines. */
export type BookedMovement = {
  readonly entityId: string;
  readonly type: 'payment' | 'refund';
  /** Undefined for a payment that waits for a person already: its amount is what is wrong with it. */
  readonly amount: Paise | undefined;
  readonly orderId: string | undefined;
  readonly settledElsewhere: Paise;
};

/**
 * Compares lines with the books. Several lines may settle one payment in parts, so what counts is their sum: it must not
 * exceed what was booked. Whether it reaches that is another question, asked once it should have.
 */
export function compareSettlement(
  lines: readonly SettlementLine[],
  booked: ReadonlyMap<string, BookedMovement>,
): readonly Finding[] {
  return [...Map.groupBy(lines, ({ entityId }) => entityId)].flatMap(([entityId, parts]) => {
    const differences = differencesOf(parts, booked.get(entityId));
    if (differences.length === 0) return [];
    const details = { differences, settlements: parts.map(({ settlementId }) => settlementId) };
    return [{ kind: 'settlement_differs', reference: entityId, details }];
  });
}

function differencesOf(parts: readonly SettlementLine[], booked: BookedMovement | undefined): readonly object[] {
  const strange = parts.filter(({ type }) => type !== 'payment' && type !== 'refund');
  if (strange.length > 0) return strange.map(({ type, credit, debit }) => ({ what: type, credit, debit }));
  if (booked === undefined) return parts.map(({ type, amount }) => ({ what: 'unknown', type, amount }));
  const settled = sumPaise([booked.settledElsewhere, ...parts.map(({ amount }) => amount)]);
  const different = (what: string, found: unknown, expected: unknown) =>
    found === expected ? [] : [{ what, settlement: found, books: expected }];
  return [
    ...(booked.amount !== undefined && settled > booked.amount ? different('amount', settled, booked.amount) : []),
    ...parts.flatMap(({ type, currency, orderId, amount, credit, debit, fee }) => [
      ...different('type', type, booked.type),
      ...different('currency', currency, 'INR'),
      ...(orderId === undefined || booked.orderId === undefined ? [] : different('order', orderId, booked.orderId)),
      ...different('net', type === 'refund' ? debit - fee : credit + fee, amount),
    ]),
  ];
}

/** How long the gateway may take: T+2 working days, with long weekends in between. */
export const settledWithinDays = 10;

const dayMs = 86_400_000;

/** A day in India so many days behind another one. */
export function dayBehind(day: string, days: number): string {
  return istDay(new Date(Date.parse(`${day}T00:00:00+05:30`) + days * dayMs));
}
