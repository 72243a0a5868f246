import { idColumn, instantColumn, paiseColumn } from '@doffers/database';
import type { Paise } from '@doffers/money';
import { EntitySchema } from 'typeorm';
import type { Pack, Purchase } from '../domain/pack.ts';
import type { SpendRefusal } from '../domain/wallet.ts';

/** What is on sale, or was. */
export type PackRow = { -readonly [Field in keyof Pack]: Pack[Field] } & { onSale: boolean };

export const PackEntity = new EntitySchema<PackRow>({
  name: 'pack',
  tableName: 'pack',
  columns: {
    id: { type: 'varchar', length: 40, primary: true },
    name: { type: 'varchar', length: 60 },
    offers: { type: 'int' },
    messages: { type: 'simple-json' },
    price: paiseColumn('price_paise'),
    validDays: { name: 'valid_days', type: 'int' },
    onSale: { name: 'on_sale', type: 'boolean' },
  },
});

/** A purchase as its row, with the command that made it. */
export type PurchaseRow = {
  id: string;
  shopId: string;
  buyerId: string;
  requestId: string;
  requestHash: Buffer;
  pack: Pack;
  supply: Purchase['supply'];
  total: Paise;
  charge: Purchase['charge'];
  refusal?: SpendRefusal | null;
  grant: Purchase['grant'];
  createdAt: Date;
};

export const PurchaseEntity = new EntitySchema<PurchaseRow>({
  name: 'pack_purchase',
  tableName: 'pack_purchase',
  columns: {
    id: idColumn('id', { primary: true }),
    shopId: idColumn('shop_id'),
    buyerId: idColumn('buyer_id'),
    requestId: { name: 'request_id', type: 'varchar', length: 64 },
    requestHash: { name: 'request_hash', type: 'binary', length: 32 },
    pack: { type: 'simple-json' },
    supply: { type: 'simple-json' },
    total: paiseColumn('total_paise'),
    charge: { name: 'charge_state', type: 'enum', enum: ['none', 'charged', 'refused', 'refunded', 'void'] },
    refusal: { type: 'varchar', length: 32, nullable: true },
    grant: { name: 'grant_state', type: 'enum', enum: ['none', 'granted', 'revoked', 'void'] },
    createdAt: instantColumn('created_at'),
  },
});

export function fromRow({ requestId: _id, requestHash: _hash, ...purchase }: PurchaseRow): Purchase {
  return purchase;
}
