import { bigintColumn, idColumn, instantColumn, paiseColumn } from '@doffers/database';
import { type Paise, paise } from '@doffers/money';
import { EntitySchema } from 'typeorm';
import type { Discount, Offer, OfferState } from '../domain/offer.ts';

/** An offer as its row: the discount laid out in columns. */
export type OfferRow = {
  id: string;
  shopId: string;
  ownerId: string;
  title: string;
  description: string;
  category: string;
  percent: number | null;
  amount: Paise | null;
  cap: Paise;
  minBill: Paise;
  startAt: Date | null;
  endAt: Date;
  pincode: string;
  state: OfferState;
  createdAt: Date;
  updatedAt: Date;
  version: number;
};

export const OfferEntity = new EntitySchema<OfferRow>({
  name: 'offer',
  tableName: 'offer',
  columns: {
    id: idColumn('id', { primary: true }),
    shopId: idColumn('shop_id'),
    ownerId: idColumn('owner_id'),
    title: { type: 'varchar', length: 120 },
    description: { type: 'varchar', length: 2000 },
    category: { type: 'varchar', length: 60 },
    percent: { type: 'tinyint', unsigned: true, nullable: true },
    amount: paiseColumn('amount_paise', { nullable: true }),
    cap: paiseColumn('cap_paise'),
    minBill: paiseColumn('min_bill_paise'),
    startAt: instantColumn('start_at', { nullable: true }),
    endAt: instantColumn('end_at'),
    pincode: { type: 'char', length: 6 },
    state: { type: 'varchar', length: 12 },
    createdAt: instantColumn('created_at'),
    updatedAt: instantColumn('updated_at'),
    version: bigintColumn('version'),
  },
});

export function toRow({ discount, startAt, ...offer }: Offer): OfferRow {
  const { kind, minBill } = discount;
  const columns =
    'percent' in kind
      ? { percent: kind.percent, amount: null, cap: kind.cap }
      : { percent: null, amount: kind.amount, cap: paise(0) };
  return { ...offer, ...columns, minBill, startAt: startAt ?? null };
}

export function fromRow({ percent, amount, cap, minBill, startAt, ...row }: OfferRow): Offer {
  return { ...row, discount: discountOf({ percent, amount, cap, minBill }), startAt: startAt ?? undefined };
}

function discountOf({
  percent,
  amount,
  cap,
  minBill,
}: Pick<OfferRow, 'percent' | 'amount' | 'cap' | 'minBill'>): Discount {
  if (percent !== null) return { kind: { percent, cap }, minBill };
  if (amount !== null) return { kind: { amount }, minBill };
  throw new Error('an offer row has neither a percentage nor an amount'); // ck_offer_discount forbids it
}
