import type { ReadShopAccess } from '@doffers/ownership';
import type { Entitlements } from '../clients/entitlements.ts';
import type { ReadNeighbours } from '../clients/neighbours.ts';
import type { NearbyRepository } from '../repositories/nearby-repository.ts';
import type { OfferRepository } from '../repositories/offer-repository.ts';
import type { ShopStandings } from '../repositories/shop-standings.ts';
import type { UnitRepository } from '../repositories/unit-repository.ts';

/** What the use cases need from outside. */
export type Deps = {
  readonly offers: OfferRepository;
  readonly standings: ShopStandings;
  readonly nearby: NearbyRepository;
  readonly neighbours: ReadNeighbours;
  readonly units: UnitRepository;
  readonly entitlements: Entitlements;
  readonly shopAccess: ReadShopAccess;
  readonly newId: () => string;
  readonly now: () => Date;
};
