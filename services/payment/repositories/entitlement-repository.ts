import { idFromBytes, idToBytes, isDuplicateKey, newId, type Transaction } from '@doffers/database';
import { type Entitlement, type Entitlements, freeOffers } from '../domain/entitlement.ts';
import type { MessageChannel } from '../domain/message-units.ts';

/** The unit of an offer. */
export type OfferUnit = { readonly offerId: string; readonly shopId: string; readonly state: 'used' | 'returned' };

export type EntitlementRepository = {
  /** What a shop may use of all that has not expired. */
  read(shopId: string, now: Date): Promise<Entitlements>;
  /** Adds what a source grants. Answers `known` when it did before, and `void` when it was revoked. */
  grant(entitlement: Entitlement): Promise<'granted' | 'known' | 'void'>;
  /** Takes back what is not used of it; what its source never granted, it never will. */
  revoke(source: string, shopId: string): Promise<void>;
  findUnit(offerId: string): Promise<OfferUnit | undefined>;
  /**
   * Uses a unit for an offer, of what expires first. Answers `taken` when the offer has a unit or gave it back, and
   * `none` when nothing is left; then roll back.
   */
  use(unit: { offerId: string; shopId: string }, now: Date): Promise<'used' | 'taken' | 'none'>;
  /** Gives the unit of an offer back; an offer that never used one never will. */
  giveBack(unit: { offerId: string; shopId: string }): Promise<void>;
};

const never = new Date('9999-12-31T00:00:00Z');

/** Entitlements within one transaction; reads also statement by statement. */
export function createEntitlementRepository(tx: Transaction): EntitlementRepository {
  return {
    async read(shopId, now) {
      const messages: { channel: MessageChannel; granted: string; used: string }[] = await tx.query(
        `SELECT channel, SUM(granted) AS granted, SUM(used) AS used FROM message_units
          WHERE shop_id = ? AND expires_at > ? GROUP BY channel ORDER BY channel`,
        [idToBytes(shopId), now],
      );
      const [row] = await tx.query(
        `SELECT COALESCE(SUM(offers), 0) AS granted, COALESCE(SUM(used), 0) AS used, COALESCE(SUM(id = shop_id), 0) AS opened
           FROM entitlement WHERE shop_id = ? AND expires_at > ?`,
        [idToBytes(shopId), now],
      );
      // The free allowance has a row once it is used.
      const granted = Number(row.granted) + (Number(row.opened) === 0 ? freeOffers : 0);
      return {
        shopId,
        granted,
        used: Number(row.used),
        messages: messages.map(({ channel, granted, used }) => ({
          channel,
          granted: Number(granted),
          used: Number(used),
        })),
      };
    },
    async grant({ source, shopId, offers, messages, expiresAt }) {
      const { id, isNew, revoked } = await openSource(tx, { source, shopId, offers, expiresAt, revoked: false });
      if (!isNew) return revoked ? 'void' : 'known';
      const included = Object.entries(messages).filter(([, units]) => units > 0);
      if (included.length > 0) {
        await tx.query('INSERT INTO message_units (entitlement_id, channel, shop_id, expires_at, granted) VALUES ?', [
          included.map(([channel, units]) => [id, channel, idToBytes(shopId), expiresAt, units]),
        ]);
      }
      return 'granted';
    },
    async revoke(source, shopId) {
      const { id } = await openSource(tx, { source, shopId, offers: 0, expiresAt: never, revoked: true });
      await tx.query('UPDATE entitlement SET offers = used, revoked = 1 WHERE id = ?', [id]);
      await tx.query('UPDATE message_units SET granted = used, revoked = 1 WHERE entitlement_id = ?', [id]);
    },
    async findUnit(offerId) {
      const [row] = await tx.query('SELECT shop_id, state FROM offer_unit WHERE offer_id = ?', [idToBytes(offerId)]);
      return row && { offerId, shopId: idFromBytes(row.shop_id), state: row.state };
    },
    async use({ offerId, shopId }, now) {
      await openAllowance(tx, shopId);
      const ids = [idToBytes(offerId), idToBytes(shopId)];
      if (!(await insertUnit(tx, [...ids, null, 'used']))) return 'taken';
      const [free] = await tx.query(
        `SELECT id FROM entitlement WHERE shop_id = ? AND expires_at > ? AND used < offers
          ORDER BY expires_at, id LIMIT 1 FOR UPDATE`,
        [idToBytes(shopId), now],
      );
      if (free === undefined) return 'none';
      await tx.query('UPDATE entitlement SET used = used + 1 WHERE id = ?', [free.id]);
      await tx.query('UPDATE offer_unit SET entitlement_id = ? WHERE offer_id = ?', [free.id, ids[0]]);
      return 'used';
    },
    async giveBack({ offerId, shopId }) {
      await openAllowance(tx, shopId);
      if (await insertUnit(tx, [idToBytes(offerId), idToBytes(shopId), null, 'returned'])) return;
      const [unit] = await tx.query('SELECT entitlement_id, state FROM offer_unit WHERE offer_id = ? FOR UPDATE', [
        idToBytes(offerId),
      ]);
      if (unit.state === 'returned') return;
      // A unit of a revoked pack is not given back to anybody.
      await tx.query('UPDATE entitlement SET used = used - 1, offers = offers - revoked WHERE id = ?', [
        unit.entitlement_id,
      ]);
      await tx.query("UPDATE offer_unit SET state = 'returned' WHERE offer_id = ?", [idToBytes(offerId)]);
    },
  };
}

/**
 * Makes sure that the shop's free allowance has its row, and locks that: the units of one shop are counted one after the
 * other. An INSERT IGNORE would only share the lock, and two of them would then wait for each other.
 */
async function openAllowance(tx: Transaction, shopId: string): Promise<void> {
  const id = idToBytes(shopId);
  await tx.query(
    `INSERT INTO entitlement (id, shop_id, source, offers, expires_at) VALUES (?, ?, ?, ?, ?)
       ON DUPLICATE KEY UPDATE id = id`,
    [id, id, `allowance/${shopId}`, freeOffers, never],
  );
}

/**
 * The entitlement of a source, made when there is none, and locked. A plain INSERT that finds its key taken would only
 * share the lock, and two of them would then wait for each other.
 */
async function openSource(
  tx: Transaction,
  { source, shopId, offers, expiresAt, revoked }: Omit<Entitlement, 'messages'> & { readonly revoked: boolean },
): Promise<{ id: Buffer; isNew: boolean; revoked: boolean }> {
  const id = idToBytes(newId());
  await tx.query(
    `INSERT INTO entitlement (id, shop_id, source, offers, expires_at, revoked) VALUES (?, ?, ?, ?, ?, ?)
       ON DUPLICATE KEY UPDATE id = id`,
    [id, idToBytes(shopId), source, offers, expiresAt, revoked],
  );
  const [row] = await tx.query('SELECT id, revoked FROM entitlement WHERE source = ?', [source]);
  return { id: row.id, isNew: id.equals(row.id), revoked: row.revoked === 1 };
}

async function insertUnit(tx: Transaction, values: readonly unknown[]): Promise<boolean> {
  try {
    await tx.query('INSERT INTO offer_unit (offer_id, shop_id, entitlement_id, state) VALUES (?, ?, ?, ?)', [
      ...values,
    ]);
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}
