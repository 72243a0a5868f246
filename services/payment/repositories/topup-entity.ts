import { idColumn, instantColumn, paiseColumn } from '@doffers/database';
import type { Paise } from '@doffers/money';
import { EntitySchema } from 'typeorm';
import type { Topup } from '../domain/topup.ts';

/** A top-up as its row, with the command that opened it. */
export type TopupRow = {
  id: string;
  shopId: string;
  requestId: string;
  requestHash: Buffer;
  amount: Paise;
  placeOfSupply: string;
  createdAt: Date;
  expiresAt: Date;
  lastFailure: string | null;
  orderId: string | null;
  paymentId: string | null;
  creditedAt: Date | null;
  chargeAskedAt: Date | null;
};

export const TopupEntity = new EntitySchema<TopupRow>({
  name: 'topup',
  tableName: 'topup',
  columns: {
    id: idColumn('id', { primary: true }),
    shopId: idColumn('shop_id'),
    requestId: { name: 'request_id', type: 'varchar', length: 64 },
    requestHash: { name: 'request_hash', type: 'binary', length: 32 },
    amount: paiseColumn('amount_paise'),
    placeOfSupply: { name: 'place_of_supply', type: 'char', length: 2 },
    createdAt: instantColumn('created_at'),
    expiresAt: instantColumn('expires_at'),
    lastFailure: { name: 'last_failure', type: 'varchar', length: 64, nullable: true },
    orderId: { name: 'order_id', type: 'varchar', length: 64, nullable: true },
    paymentId: { name: 'payment_id', type: 'varchar', length: 64, nullable: true },
    creditedAt: instantColumn('credited_at', { nullable: true }),
    chargeAskedAt: instantColumn('charge_asked_at', { nullable: true }),
  },
});

export function fromRow(row: TopupRow): Topup {
  const { requestId: _id, requestHash: _hash, chargeAskedAt: _asked, ...rest } = row;
  const { paymentId, creditedAt, orderId, lastFailure, ...topup } = rest;
  const payment = paymentId === null || creditedAt === null ? undefined : { id: paymentId, creditedAt };
  return { ...topup, lastFailure: lastFailure ?? undefined, orderId: orderId ?? undefined, payment };
}
