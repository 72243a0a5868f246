import { bigintColumn, idColumn, instantColumn } from '@doffers/database';
import { EntitySchema } from 'typeorm';
import type { Campaign } from '../domain/campaign.ts';

export const CampaignEntity = new EntitySchema<Campaign>({
  name: 'campaign',
  tableName: 'campaign',
  columns: {
    id: idColumn('id', { primary: true }),
    shopId: idColumn('shop_id'),
    ownerId: idColumn('owner_id'),
    offerId: idColumn('offer_id'),
    name: { type: 'varchar', length: 120 },
    channels: { type: 'json' },
    content: { type: 'json' },
    audience: { type: 'json' },
    state: { type: 'varchar', length: 12 },
    launchNo: { name: 'launch_no', type: 'int', unsigned: true },
    createdAt: instantColumn('created_at'),
    updatedAt: instantColumn('updated_at'),
    version: bigintColumn('version'),
  },
});
