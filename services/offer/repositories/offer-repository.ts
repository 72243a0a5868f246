import { type Database, idToBytes, newestFirst, once, requestHash, saveVersion, transaction } from '@doffers/database';
import type { PageKey } from '@doffers/resource';
import { type NewOffer, type Offer, offerNotFound } from '../domain/offer.ts';
import { fromRow, OfferEntity, toRow } from './offer-entity.ts';

type ListQuery = {
  readonly shopId: string;
  /** Only offers that customers see at this moment; undefined for all. */
  readonly liveAt: Date | undefined;
  readonly limit: number;
  readonly after: PageKey | undefined;
};

export type OfferRepository = {
  /**
   * Stores the offer that `make` answers, once per shop and request id.
   * @throws DomainError `IDEMPOTENCY_KEY_REUSED`, or `OFFER_NOT_FOUND` when the first call's draft is deleted by now
   */
  createOnce(input: NewOffer, make: () => Offer): Promise<Offer>;
  find(id: string): Promise<Offer | undefined>;
  listOfShop(query: ListQuery): Promise<readonly Offer[]>;
  /**
   * Stores a change that was prepared on `offer.version` and answers the new version.
   * @throws DomainError `ETAG_MISMATCH` when somebody was faster
   */
  save(offer: Offer): Promise<Offer>;
  /** @throws DomainError `OFFER_NOT_FOUND` when it was published or deleted meanwhile */
  deleteDraft(offer: Offer): Promise<void>;
};

export function createOfferRepository(db: Database): OfferRepository {
  const offers = () => db.getRepository(OfferEntity);
  return {
    createOnce: (input, make) =>
      transaction(db, async (tx) => {
        const key = { scope: `offer/${input.shopId}`, requestId: input.requestId, hash: requestHash(input) };
        const id = await once(tx, key, async () => {
          const offer = make();
          await tx.insert(OfferEntity, toRow(offer));
          return offer.id;
        });
        const row = await tx.findOneBy(OfferEntity, { id });
        if (row === null) throw offerNotFound();
        return fromRow(row);
      }),
    async find(id) {
      const row = await offers().findOneBy({ id });
      return row === null ? undefined : fromRow(row);
    },
    async listOfShop({ shopId, liveAt, limit, after }) {
      const query = offers()
        .createQueryBuilder('offer')
        .where('offer.shopId = :shop', { shop: idToBytes(shopId) });
      if (liveAt !== undefined) {
        query.andWhere("offer.state = 'active' AND (offer.startAt IS NULL OR offer.startAt <= :now)", { now: liveAt });
        query.andWhere('offer.endAt > :now', { now: liveAt });
      }
      return (await newestFirst(query, { after, limit }).getMany()).map(fromRow);
    },
    async save(offer) {
      return { ...offer, version: await saveVersion(offers(), toRow(offer)) };
    },
    async deleteDraft({ id, version }) {
      const { affected } = await offers().delete({ id, version, state: 'draft' });
      if (affected === 0) throw offerNotFound();
    },
  };
}
