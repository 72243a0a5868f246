import { idColumn, instantColumn, paiseColumn } from '@doffers/database';
import { type Paise, paise } from '@doffers/money';
import { EntitySchema } from 'typeorm';
import { type Hold, isPlaced, type Tombstone } from '../domain/hold.ts';
import type { SpendRefusal } from '../domain/wallet.ts';

/** A hold as its row; a tombstone has neither lines nor supply, and no amounts. */
export type HoldRow = {
  id: string;
  key: string;
  requestHash: Buffer | null;
  shopId: string;
  state: (Hold | Tombstone)['state'];
  refusal: SpendRefusal | null;
  lines: Hold['lines'] | null;
  supply: Hold['supply'] | null;
  amountCash: Paise;
  amountPromo: Paise;
  capturedCash: Paise;
  capturedPromo: Paise;
  releasedCash: Paise;
  releasedPromo: Paise;
  captures: number;
  createdAt: Date;
  expiresAt: Date | null;
};

export const HoldEntity = new EntitySchema<HoldRow>({
  name: 'hold',
  tableName: 'hold',
  columns: {
    id: idColumn('id', { primary: true }),
    key: { name: 'idempotency_key', type: 'varchar', length: 160 },
    requestHash: { name: 'request_hash', type: 'binary', length: 32, nullable: true },
    shopId: idColumn('shop_id'),
    state: { type: 'enum', enum: ['open', 'settled', 'expired', 'reversed', 'refused', 'void'] },
    refusal: { type: 'varchar', length: 32, nullable: true },
    lines: { type: 'simple-json', nullable: true },
    supply: { type: 'simple-json', nullable: true },
    amountCash: paiseColumn('amount_cash_paise'),
    amountPromo: paiseColumn('amount_promo_paise'),
    capturedCash: paiseColumn('captured_cash_paise'),
    capturedPromo: paiseColumn('captured_promo_paise'),
    releasedCash: paiseColumn('released_cash_paise'),
    releasedPromo: paiseColumn('released_promo_paise'),
    captures: { type: 'int', unsigned: true },
    createdAt: instantColumn('created_at'),
    expiresAt: instantColumn('expires_at', { nullable: true }),
  },
});

export function toRow(hold: Hold | Tombstone, requestHash: Buffer | null): HoldRow {
  const { id, key, shopId, state, createdAt } = hold;
  const refusal = hold.state === 'refused' ? hold.refusal : null;
  const named = { id, key, requestHash, shopId, state, refusal, createdAt };
  if (isPlaced(hold)) return { ...named, ...progressOf(hold), ...termsOf(hold) };
  const none = paise(0);
  const funds = { amountCash: none, amountPromo: none, capturedCash: none, capturedPromo: none };
  const terms = { lines: null, supply: null, captures: 0, expiresAt: null };
  return { ...named, ...funds, releasedCash: none, releasedPromo: none, ...terms };
}

const termsOf = ({ supply, amount, expiresAt }: Hold) => ({
  supply,
  amountCash: amount.cash,
  amountPromo: amount.promo,
  expiresAt,
});

/** The columns that change while a hold is used. */
export function progressOf({ state, lines, captured, released, captures }: Hold) {
  return {
    state,
    lines,
    capturedCash: captured.cash,
    capturedPromo: captured.promo,
    releasedCash: released.cash,
    releasedPromo: released.promo,
    captures,
  };
}

export function fromRow(row: HoldRow): Hold | Tombstone {
  const { id, key, shopId, state, createdAt, lines, supply, captures } = row;
  if (state === 'refused') return { id, key, shopId, state, refusal: row.refusal ?? 'INSUFFICIENT_FUNDS', createdAt };
  if (state === 'void' || lines === null || supply === null) return { id, key, shopId, state: 'void', createdAt };
  return {
    id,
    key,
    shopId,
    state,
    lines,
    supply,
    amount: { cash: row.amountCash, promo: row.amountPromo },
    captured: { cash: row.capturedCash, promo: row.capturedPromo },
    released: { cash: row.releasedCash, promo: row.releasedPromo },
    captures,
    createdAt,
    expiresAt: row.expiresAt ?? createdAt,
  };
}
