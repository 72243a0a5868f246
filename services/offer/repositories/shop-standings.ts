import { type Database, idToBytes, saveVersion, type Transaction, transaction } from '@doffers/database';
import { shopNotApproved } from '@doffers/ownership';
import type { Offer } from '../domain/offer.ts';
import type { ShopStanding } from '../domain/shop-standing.ts';
import { OfferEntity, toRow } from './offer-entity.ts';

export type ShopStandings = {
  /**
   * Stores an offer that is shown from now on, and answers its new version.
   * @throws DomainError `SHOP_NOT_APPROVED` when the shop was suspended meanwhile, `ETAG_MISMATCH`
   */
  show(offer: Offer): Promise<Offer>;
  /** Keeps what was decided about a shop, and shows or hides what it has published. What is not newer changes nothing. */
  follow(standing: ShopStanding, at: Date): Promise<void>;
};

/** Which shops' offers are out of sight. Publishing and suspending find each other, whichever comes first. */
export function createShopStandings(db: Database): ShopStandings {
  return {
    show: (offer) =>
      transaction(db, async (tx) => {
        // The offer first: whoever suspends the shop at this moment waits for it, and hides it then.
        const version = await saveVersion(tx.getRepository(OfferEntity), toRow(offer));
        const [row]: { approved: number }[] = await tx.query(
          'SELECT approved FROM shop_standing WHERE shop_id = ? LOCK IN SHARE MODE',
          [idToBytes(offer.shopId)],
        );
        if (row !== undefined && Number(row.approved) === 0) throw shopNotApproved();
        return { ...offer, version };
      }),
    follow: (standing, at) =>
      transaction(db, async (tx) => {
        if (!(await isNews(tx, standing))) return;
        const shopId = idToBytes(standing.shopId);
        // A locking read waits for offers that are being published; an update alone would look past them.
        await tx.query('SELECT id FROM offer WHERE shop_id = ? FOR UPDATE', [shopId]);
        const [from, to] = standing.approved ? ['suspended', 'active'] : ['active', 'suspended'];
        await tx.query(
          'UPDATE offer SET state = ?, version = version + 1, updated_at = ? WHERE shop_id = ? AND state = ?',
          [to, at, shopId, from],
        );
      }),
  };
}

async function isNews(tx: Transaction, { shopId, decisionNo, approved }: ShopStanding): Promise<boolean> {
  const id = idToBytes(shopId);
  await tx.query('INSERT IGNORE INTO shop_standing (shop_id, decision_no, approved) VALUES (?, 0, 1)', [id]);
  const { affectedRows } = await tx.query(
    'UPDATE shop_standing SET decision_no = ?, approved = ? WHERE shop_id = ? AND decision_no < ?',
    [decisionNo, approved, id, decisionNo],
  );
  return affectedRows === 1;
}
