import { idFromBytes, idToBytes, type Transaction } from '@doffers/database';
import type { GstTiming, Service, TaxRate } from '../domain/supply.ts';
import type { TaxProfile } from '../domain/tax-profile.ts';

export type TaxRepository = {
  /**
   * Code and rate of a service at an instant, and which of some shops are in a special economic zone: one statement,
   * since every price asks for it.
   */
  termsOf(
    service: Service,
    shopIds: readonly string[],
    at: Date,
  ): Promise<{ rate: TaxRate; zones: ReadonlySet<string> }>;
  profileOf(shopId: string): Promise<TaxProfile>;
  saveProfile(profile: TaxProfile, at: Date): Promise<void>;
  /** When the latest payment that has a document was taxed; undefined before the first. */
  latestTiming(): Promise<GstTiming | undefined>;
};

/** Rates and what is special about shops, within one transaction or statement by statement. */
export function createTaxRepository(tx: Transaction): TaxRepository {
  return {
    async termsOf(service, shopIds, at) {
      const rows: { sac: string; rate_basis_points: number; shop_id: Buffer | null }[] = await tx.query(
        `SELECT r.sac, r.rate_basis_points, p.shop_id
           FROM (SELECT sac, rate_basis_points FROM tax_rate
                  WHERE service = ? AND effective_from <= ? ORDER BY effective_from DESC LIMIT 1) r
           LEFT JOIN shop_tax_profile p ON p.special_economic_zone = 1 AND p.shop_id IN (?)`,
        [service, at, shopIds.map(idToBytes)],
      );
      const [row] = rows;
      if (row === undefined) throw new Error(`no tax rate of ${service} is known for ${at.toISOString()}`);
      const rate = { sac: row.sac, rateBasisPoints: Number(row.rate_basis_points) };
      return { rate, zones: new Set(rows.flatMap(({ shop_id }) => (shop_id === null ? [] : [idFromBytes(shop_id)]))) };
    },
    async profileOf(shopId) {
      const [row] = await tx.query('SELECT special_economic_zone FROM shop_tax_profile WHERE shop_id = ?', [
        idToBytes(shopId),
      ]);
      return { shopId, specialEconomicZone: Number(row?.special_economic_zone ?? 0) === 1 };
    },
    async saveProfile({ shopId, specialEconomicZone }, at) {
      await tx.query(
        `INSERT INTO shop_tax_profile (shop_id, special_economic_zone, updated_at) VALUES (?, ?, ?)
           ON DUPLICATE KEY UPDATE special_economic_zone = ?, updated_at = ?`,
        [idToBytes(shopId), specialEconomicZone, at, specialEconomicZone, at],
      );
    },
    async latestTiming() {
      const [row] = await tx.query("SELECT kind FROM invoice WHERE source LIKE 'topup/%' ORDER BY source DESC LIMIT 1");
      if (row === undefined) return undefined;
      return row.kind === 'receipt_voucher' ? 'ADVANCE' : 'INVOICE_AT_TOPUP';
    },
  };
}
