import { isDuplicateKey, requestHash, type Transaction } from '@doffers/database';
import { LessThanOrEqual, MoreThan } from 'typeorm';
import { type Hold, type HoldRequest, keyReused, type Tombstone } from '../domain/hold.ts';
import { fromRow, HoldEntity, progressOf, toRow } from './hold-entity.ts';

export type HoldRepository = {
  find(key: string): Promise<Hold | Tombstone | undefined>;
  /**
   * What became of a request.
   * @throws DomainError `IDEMPOTENCY_KEY_REUSED` when its key was used for another
   */
  findFor(request: HoldRequest): Promise<Hold | Tombstone | undefined>;
  /** Keys of open holds past their time, in order of their keys, behind the one where the page before ended. */
  listOverdue(query: {
    readonly at: Date;
    readonly limit: number;
    readonly after?: string | undefined;
  }): Promise<readonly string[]>;
  /** The hold, locked until the transaction ends. */
  lock(key: string): Promise<Hold | Tombstone | undefined>;
  /** Answers false when the key is taken; one that another transaction is about to take is waited for. */
  insert(hold: Hold | Tombstone, request?: HoldRequest): Promise<boolean>;
  /** Which of some keys are taken. */
  listTaken(keys: readonly string[]): Promise<ReadonlySet<string>>;
  /** Stores the holds of requests that come for the first time; a key that is taken all the same is an error. */
  insertNew(placed: readonly { readonly hold: Hold; readonly request: HoldRequest }[]): Promise<void>;
  /** Stores what changes of a hold while it is used. */
  save(hold: Hold): Promise<void>;
};

/** Holds within one transaction, or statement by statement when `tx` is the database's own manager. */
export function createHoldRepository(tx: Transaction): HoldRepository {
  const rows = () => tx.getRepository(HoldEntity);
  return {
    async find(key) {
      const row = await rows().findOneBy({ key });
      return row === null ? undefined : fromRow(row);
    },
    async findFor(request) {
      const row = await rows().findOneBy({ key: request.key });
      if (row === null) return undefined;
      // A tombstone that a release has left knows of no request: it stands against any.
      if (row.requestHash !== null && !requestHash(request).equals(row.requestHash)) throw keyReused();
      return fromRow(row);
    },
    async listOverdue({ at, limit, after = '' }) {
      const open = await rows().find({
        select: { key: true },
        where: { state: 'open', expiresAt: LessThanOrEqual(at), key: MoreThan(after) },
        order: { key: 'ASC' },
        take: limit,
      });
      return open.map(({ key }) => key);
    },
    async lock(key) {
      const row = await rows().findOne({ where: { key }, lock: { mode: 'pessimistic_write' } });
      return row === null ? undefined : fromRow(row);
    },
    async insert(hold, request) {
      try {
        await rows().insert(toRow(hold, request === undefined ? null : requestHash(request)));
        return true;
      } catch (error) {
        if (isDuplicateKey(error, 'uq_hold_key')) return false;
        throw error;
      }
    },
    async listTaken(keys) {
      const taken: { idempotency_key: string }[] = await tx.query(
        'SELECT idempotency_key FROM hold WHERE idempotency_key IN (?)',
        [keys],
      );
      return new Set(taken.map(({ idempotency_key }) => idempotency_key));
    },
    async insertNew(placed) {
      await rows().insert(placed.map(({ hold, request }) => toRow(hold, requestHash(request))));
    },
    async save(hold) {
      await rows().update({ id: hold.id }, progressOf(hold));
    },
  };
}
