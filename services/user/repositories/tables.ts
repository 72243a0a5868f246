import type { EntitySchema } from 'typeorm';
import { Shops1795400100000 } from '../migrations/1795400100000-shops.ts';
import { Pincodes1795400200000 } from '../migrations/1795400200000-pincodes.ts';
import { Audiences1795400300000 } from '../migrations/1795400300000-audiences.ts';
import { ProfileEntity } from './profile-entity.ts';
import { ShopEntity } from './shop-entity.ts';

const entities: EntitySchema[] = [ShopEntity, ProfileEntity];

/** Everything in this service's database. */
export const tables = {
  entities,
  migrations: [Shops1795400100000, Pincodes1795400200000, Audiences1795400300000],
};
