import { Offers1795400000000 } from '../migrations/1795400000000-offers.ts';
import { PendingUnits1795630000000 } from '../migrations/1795630000000-pending-units.ts';
import { NearbyIndex1795630100000 } from '../migrations/1795630100000-nearby-index.ts';
import { ShopStandings1795800000000 } from '../migrations/1795800000000-shop-standings.ts';
import { OfferEntity } from './offer-entity.ts';

/** The tables of offer_db. */
export const tables = {
  entities: [OfferEntity],
  migrations: [Offers1795400000000, PendingUnits1795630000000, NearbyIndex1795630100000, ShopStandings1795800000000],
};
