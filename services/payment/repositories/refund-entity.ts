import { idColumn, instantColumn, paiseColumn } from '@doffers/database';
import type { Paise } from '@doffers/money';
import { EntitySchema } from 'typeorm';
import type { Refund, RefundPurpose, RefundState } from '../domain/refund.ts';

/** A refund as its row, with the hash of what asked for it. */
export type RefundRow = {
  id: string;
  source: string;
  requestHash: Buffer;
  shopId: string | null;
  topupId: string | null;
  paymentId: string;
  purpose: RefundPurpose;
  amount: Paise;
  cgst: Paise;
  sgst: Paise;
  igst: Paise;
  state: RefundState;
  attempt: number;
  gatewayRefundId: string | null;
  createdAt: Date;
  settledAt: Date | null;
};

export const RefundEntity = new EntitySchema<RefundRow>({
  name: 'refund',
  tableName: 'refund',
  columns: {
    id: idColumn('id', { primary: true }),
    source: { type: 'varchar', length: 160 },
    requestHash: { name: 'request_hash', type: 'binary', length: 32 },
    shopId: idColumn('shop_id', { nullable: true }),
    topupId: idColumn('topup_id', { nullable: true }),
    paymentId: { name: 'payment_id', type: 'varchar', length: 64 },
    purpose: { type: 'varchar', length: 20 },
    amount: paiseColumn('amount_paise'),
    cgst: paiseColumn('cgst_paise'),
    sgst: paiseColumn('sgst_paise'),
    igst: paiseColumn('igst_paise'),
    state: { type: 'enum', enum: ['requested', 'processed', 'failed'] },
    attempt: { type: 'int' },
    gatewayRefundId: { name: 'gateway_refund_id', type: 'varchar', length: 64, nullable: true },
    createdAt: instantColumn('requested_at'),
    settledAt: instantColumn('settled_at', { nullable: true }),
  },
});

export function toRow({ taxes, requestedAt, ...refund }: Refund): Omit<RefundRow, 'requestHash'> {
  const { shopId = null, topupId = null, gatewayRefundId = null, settledAt = null } = refund;
  return { ...refund, ...taxes, createdAt: requestedAt, shopId, topupId, gatewayRefundId, settledAt };
}

export function fromRow({ requestHash: _hash, cgst, sgst, igst, createdAt, ...row }: RefundRow): Refund {
  return {
    ...row,
    taxes: { cgst, sgst, igst },
    requestedAt: createdAt,
    shopId: row.shopId ?? undefined,
    topupId: row.topupId ?? undefined,
    gatewayRefundId: row.gatewayRefundId ?? undefined,
    settledAt: row.settledAt ?? undefined,
  };
}
