import { isDuplicateKey, requestHash, type Transaction } from '@doffers/database';
import { keyReused } from '../domain/hold.ts';
import type { Pack, Purchase, PurchaseRequest } from '../domain/pack.ts';
import { fromRow, PackEntity, type PackRow, PurchaseEntity } from './pack-entity.ts';

export type PackRepository = {
  /** The catalogue: offers first, then messages only, smallest pack first. */
  listOnSale(): Promise<readonly Pack[]>;
  findOnSale(id: string): Promise<Pack | undefined>;
  /**
   * What became of a request.
   * @throws DomainError `IDEMPOTENCY_KEY_REUSED` when its id was used for another
   */
  findFor(request: PurchaseRequest): Promise<Purchase | undefined>;
  /** Answers false when its request id is taken. */
  insert(request: PurchaseRequest, purchase: Purchase): Promise<boolean>;
  /** A purchase, locked until the transaction ends. */
  lock(id: string): Promise<Purchase | undefined>;
  /** Stores how far a purchase got. */
  save(purchase: Purchase): Promise<void>;
};

/** Packs within one transaction, or statement by statement when `tx` is the database's own manager. */
export function createPackRepository(tx: Transaction): PackRepository {
  const packs = () => tx.getRepository(PackEntity);
  const purchases = () => tx.getRepository(PurchaseEntity);
  return {
    async listOnSale() {
      const rows = await packs().findBy({ onSale: true });
      const size = ({ offers }: PackRow) => offers || Number.POSITIVE_INFINITY;
      return rows.toSorted((a, b) => (size(a) === size(b) ? a.price - b.price : size(a) - size(b))).map(toPack);
    },
    async findOnSale(id) {
      const row = await packs().findOneBy({ id, onSale: true });
      return row === null ? undefined : toPack(row);
    },
    async findFor(request) {
      const { shopId, requestId } = request;
      const row = await purchases().findOneBy({ shopId, requestId });
      if (row === null) return undefined;
      if (!requestHash(request).equals(row.requestHash)) throw keyReused();
      return fromRow(row);
    },
    async insert(request, purchase) {
      try {
        await purchases().insert({ ...purchase, requestId: request.requestId, requestHash: requestHash(request) });
        return true;
      } catch (error) {
        if (isDuplicateKey(error, 'uq_pack_purchase_request')) return false;
        throw error;
      }
    },
    async lock(id) {
      const row = await purchases().findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
      return row === null ? undefined : fromRow(row);
    },
    async save({ id, charge, refusal = null, grant }) {
      await purchases().update({ id }, { charge, refusal, grant });
    },
  };
}

const toPack = ({ onSale: _onSale, ...pack }: PackRow): Pack => pack;
