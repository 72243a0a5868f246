import { bigintColumn, idColumn, instantColumn } from '@doffers/database';
import { EntitySchema } from 'typeorm';
import type { Profile } from '../domain/profile.ts';

export const ProfileEntity = new EntitySchema<Profile>({
  name: 'profile',
  tableName: 'profile',
  columns: {
    id: idColumn('user_id', { primary: true }),
    name: { type: 'varchar', length: 120 },
    pincode: { type: 'varchar', length: 6 },
    city: { type: 'varchar', length: 80 },
    state: { type: 'varchar', length: 80 },
    address: { type: 'varchar', length: 300 },
    createdAt: instantColumn('created_at'),
    updatedAt: instantColumn('updated_at'),
    version: bigintColumn('version'),
  },
});
