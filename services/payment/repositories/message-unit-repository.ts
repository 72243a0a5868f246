import { idFromBytes, idToBytes, type Transaction } from '@doffers/database';
import { type UnitsLeft, type UnitUse, unusedOf } from '../domain/message-units.ts';

export type MessageUnitRepository = {
  /** What is left of a shop's included messages, what ends first first. */
  left(shopId: string, now: Date): Promise<readonly UnitsLeft[]>;
  /** Which of some shops have any left. */
  listShopsWith(shopIds: readonly string[], now: Date): Promise<ReadonlySet<string>>;
  /** What is left of a shop's, locked until the transaction ends. */
  lock(shopId: string, now: Date): Promise<readonly UnitsLeft[]>;
  /** Uses messages for a hold, or answers false when one of them is gone; then roll back. */
  use(holdId: string, uses: readonly UnitUse[]): Promise<boolean>;
  /** Gives back, by channel, what a hold did not need. Once: lock the hold and let it be open. */
  giveBack(holdId: string, unused: ReadonlyMap<string, number>): Promise<void>;
  /** Gives back everything that a hold has not given back yet, whether it was captured or not. Lock the hold. */
  giveBackAll(holdId: string): Promise<void>;
};

/** Included messages within one transaction, or statement by statement when `tx` is the database's own manager. */
export function createMessageUnitRepository(tx: Transaction): MessageUnitRepository {
  const read = async (shopId: string, now: Date, suffix = ''): Promise<readonly UnitsLeft[]> => {
    const rows: { entitlement_id: Buffer; channel: string; units_left: number }[] = await tx.query(
      `SELECT entitlement_id, channel, granted - used AS units_left FROM message_units
        WHERE shop_id = ? AND expires_at > ? AND used < granted
        ORDER BY expires_at, entitlement_id, channel ${suffix}`,
      [idToBytes(shopId), now],
    );
    return rows.map(({ entitlement_id, channel, units_left }) => ({
      entitlementId: idFromBytes(entitlement_id),
      channel,
      left: Number(units_left),
    }));
  };
  const usesOf = async (holdId: string): Promise<readonly (UnitUse & { readonly returned: number })[]> => {
    const rows: { entitlement_id: Buffer; channel: string; units: number; returned: number }[] = await tx.query(
      'SELECT entitlement_id, channel, units, returned FROM unit_use WHERE hold_id = ? ORDER BY line_no',
      [idToBytes(holdId)],
    );
    return rows.map(({ entitlement_id, ...use }) => ({ ...use, entitlementId: idFromBytes(entitlement_id) }));
  };
  const takeBack = async (holdId: string, uses: readonly UnitUse[]): Promise<void> => {
    for (const { entitlementId, channel, units } of uses) {
      const which = [idToBytes(entitlementId), channel];
      await tx.query(
        'UPDATE unit_use SET returned = returned + ? WHERE hold_id = ? AND entitlement_id = ? AND channel = ?',
        [units, idToBytes(holdId), ...which],
      );
      // What was revoked meanwhile is given back to nobody.
      await tx.query(
        `UPDATE message_units SET used = used - ?, granted = granted - IF(revoked, ?, 0)
          WHERE entitlement_id = ? AND channel = ?`,
        [units, units, ...which],
      );
    }
  };
  return {
    left: (shopId, now) => read(shopId, now),
    async listShopsWith(shopIds, now) {
      const rows: { shop_id: Buffer }[] = await tx.query(
        'SELECT DISTINCT shop_id FROM message_units WHERE shop_id IN (?) AND expires_at > ? AND used < granted',
        [shopIds.map(idToBytes), now],
      );
      return new Set(rows.map(({ shop_id }) => idFromBytes(shop_id)));
    },
    lock: (shopId, now) => read(shopId, now, 'FOR UPDATE'),
    async use(holdId, uses) {
      for (const { entitlementId, channel, units } of uses) {
        const { affectedRows } = await tx.query(
          'UPDATE message_units SET used = used + ? WHERE entitlement_id = ? AND channel = ? AND used + ? <= granted',
          [units, idToBytes(entitlementId), channel, units],
        );
        if (affectedRows !== 1) return false;
      }
      if (uses.length === 0) return true;
      await tx.query('INSERT INTO unit_use (hold_id, line_no, entitlement_id, channel, units) VALUES ?', [
        uses.map(({ entitlementId, channel, units }, lineNo) => [
          idToBytes(holdId),
          lineNo,
          idToBytes(entitlementId),
          channel,
          units,
        ]),
      ]);
      return true;
    },
    async giveBack(holdId, unused) {
      if ([...unused.values()].every((units) => units === 0)) return;
      await takeBack(holdId, unusedOf(await usesOf(holdId), unused));
    },
    async giveBackAll(holdId) {
      const uses = await usesOf(holdId);
      const kept = uses.map(({ units, returned, ...use }) => ({ ...use, units: units - returned }));
      await takeBack(
        holdId,
        kept.filter(({ units }) => units > 0),
      );
    },
  };
}
