import type { ReadShopAccess } from '@doffers/ownership';
import type { Directory } from '../clients/directory.ts';
import type { CampaignRepository } from '../repositories/campaign-repository.ts';

/** What the use cases need from outside. */
export type Deps = {
  readonly campaigns: CampaignRepository;
  readonly directory: Directory;
  readonly shopAccess: ReadShopAccess;
  readonly newId: () => string;
  readonly now: () => Date;
};
