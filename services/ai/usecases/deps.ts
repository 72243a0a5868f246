import type { ReadShopAccess } from '@doffers/ownership';
import type { CopyWriter } from '../clients/copy-writer.ts';
import type { OfferReader } from '../clients/offer-reader.ts';
import type { TextRepository } from '../repositories/text-repository.ts';

/** What the use cases need from outside. */
export type Deps = {
  readonly texts: TextRepository;
  readonly offers: OfferReader;
  /** Absent without a key: then every text is the plain one. */
  readonly writer: CopyWriter | undefined;
  readonly shopAccess: ReadShopAccess;
  readonly newId: () => string;
  readonly now: () => Date;
};
