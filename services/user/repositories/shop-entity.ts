import { bigintColumn, idColumn, instantColumn } from '@doffers/database';
import { EntitySchema } from 'typeorm';
import type { Shop } from '../domain/shop.ts';

export const ShopEntity = new EntitySchema<Shop>({
  name: 'shop',
  tableName: 'shop',
  columns: {
    id: idColumn('id', { primary: true }),
    ownerId: idColumn('owner_id'),
    name: { type: 'varchar', length: 120 },
    category: { type: 'varchar', length: 60 },
    description: { type: 'varchar', length: 2000 },
    address: { type: 'varchar', length: 300 },
    pincode: { type: 'char', length: 6 },
    city: { type: 'varchar', length: 80 },
    state: { type: 'varchar', length: 80 },
    gstin: { type: 'varchar', length: 15 },
    approval: { type: 'varchar', length: 12 },
    approvalReason: { name: 'approval_reason', type: 'varchar', length: 300 },
    decisions: { type: 'int', unsigned: true },
    createdAt: instantColumn('created_at'),
    updatedAt: instantColumn('updated_at'),
    version: bigintColumn('version'),
  },
});
