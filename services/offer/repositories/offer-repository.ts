import {
  type CommandKey,
  type Database,
  idToBytes,
  newestFirst,
  once,
  recall,
  requestHash,
  saveVersion,
  transaction,
} from '@doffers/database';
import type { PageKey } from '@doffers/resource';
import { In } from 'typeorm';
import { type NewOffer, type Offer, offerNotFound } from '../domain/offer.ts';
import { fromRow, OfferEntity, toRow } from './offer-entity.ts';
import { releaseUnit, settleUnit } from './unit-repository.ts';

type ListQuery = {
  readonly shopId: string;
  /** Only offers that customers see at this moment; undefined for all. */
  readonly liveAt: Date | undefined;
  readonly limit: number;
  readonly after: PageKey | undefined;
};

export type OfferRepository = {
  /**
   * The offer that an earlier call with this request id made.
   * @throws DomainError `IDEMPOTENCY_KEY_REUSED`, or `OFFER_NOT_FOUND` when that draft is deleted by now
   */
  findCreated(input: NewOffer): Promise<Offer | undefined>;
  /**
   * Stores an offer whose unit is reserved, once per shop and request id. Undefined, and nothing stored, when the unit
   * has been given up, or was settled by the same call elsewhere.
   * @throws DomainError `IDEMPOTENCY_KEY_REUSED`
   */
  create(input: NewOffer, offer: Offer): Promise<Offer | undefined>;
  find(id: string): Promise<Offer | undefined>;
  /** Those of the offers that exist, in no particular order. */
  findMany(ids: readonly string[]): Promise<readonly Offer[]>;
  listOfShop(query: ListQuery): Promise<readonly Offer[]>;
  /**
   * Stores a change that was prepared on `offer.version` and answers the new version.
   * @throws DomainError `ETAG_MISMATCH` when somebody was faster
   */
  save(offer: Offer): Promise<Offer>;
  /**
   * Deletes a draft; its unit is on its way back from then on.
   * @throws DomainError `OFFER_NOT_FOUND` when it was published or deleted meanwhile
   */
  deleteDraft(offer: Offer, now: Date): Promise<void>;
};

export function createOfferRepository(db: Database): OfferRepository {
  const offers = () => db.getRepository(OfferEntity);
  return {
    async findCreated(input) {
      const id = await recall<string>(db.manager, creationOf(input));
      if (id === undefined) return undefined;
      const row = await offers().findOneBy({ id });
      if (row === null) throw offerNotFound();
      return fromRow(row);
    },
    create: (input, offer) =>
      transaction(db, async (tx) => {
        if (!(await settleUnit(tx, offer.id))) return undefined;
        const id = await once(tx, creationOf(input), async () => {
          await tx.insert(OfferEntity, toRow(offer));
          return offer.id;
        });
        if (id === offer.id) return offer;
        await releaseUnit(tx, { offerId: offer.id, shopId: offer.shopId }, offer.createdAt); // the same call was faster
        return undefined;
      }),
    async find(id) {
      const row = await offers().findOneBy({ id });
      return row === null ? undefined : fromRow(row);
    },
    async findMany(ids) {
      if (ids.length === 0) return [];
      return (await offers().findBy({ id: In([...ids]) })).map(fromRow);
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
    deleteDraft: ({ id, shopId, version }, now) =>
      transaction(db, async (tx) => {
        const { affected } = await tx.delete(OfferEntity, { id, version, state: 'draft' });
        if (affected === 0) throw offerNotFound();
        await releaseUnit(tx, { offerId: id, shopId }, now);
      }),
  };
}

function creationOf(input: NewOffer): CommandKey {
  return { scope: `offer/${input.shopId}`, requestId: input.requestId, hash: requestHash(input) };
}
