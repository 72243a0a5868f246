import type { ReadShopAccess } from '@doffers/ownership';
import type { OfferRepository } from '../repositories/offer-repository.ts';

/** What the use cases need from outside. */
export type Deps = {
  readonly offers: OfferRepository;
  readonly shopAccess: ReadShopAccess;
  readonly newId: () => string;
  readonly now: () => Date;
};
