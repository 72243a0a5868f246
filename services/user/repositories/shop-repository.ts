import {
  append,
  type Database,
  idToBytes,
  once,
  requestHash,
  saveVersion,
  type Transaction,
  transaction,
} from '@doffers/database';
import { shopNotFound } from '@doffers/ownership';
import type { PageKey } from '@doffers/resource';
import type { UserEvent } from '../domain/events.ts';
import { emptyProfile } from '../domain/profile.ts';
import {
  type Approval,
  checkShopLimit,
  type NewShop,
  type Shop,
  type ShopDecision,
  shopsPerOwner,
} from '../domain/shop.ts';
import { insertIfAbsent } from './profile-repository.ts';
import { ShopEntity } from './shop-entity.ts';

type ListQuery = {
  /** Only shops in this state; undefined for all. */
  readonly approval: Approval | undefined;
  readonly limit: number;
  readonly after: PageKey | undefined;
};

export type ShopRepository = {
  /**
   * Stores the shop that `make` answers and announces it, once per owner and request id.
   * @throws DomainError `SHOP_LIMIT` or `IDEMPOTENCY_KEY_REUSED`
   */
  createOnce(ownerId: string, input: NewShop, make: () => Shop): Promise<Shop>;
  find(id: string): Promise<Shop | undefined>;
  /** Shops from the oldest on. */
  list(query: ListQuery): Promise<readonly Shop[]>;
  listOfOwner(ownerId: string): Promise<readonly Shop[]>;
  /**
   * Stores a change that was prepared on `shop.version` and answers the new version.
   * @throws DomainError `ETAG_MISMATCH` when somebody was faster
   */
  save(shop: Shop): Promise<Shop>;
  /**
   * Takes a decision on the locked row, records who took it and announces it, once per admin and request id.
   * @throws DomainError `SHOP_NOT_FOUND`, what `change` throws, or `IDEMPOTENCY_KEY_REUSED`
   */
  decideOnce(adminId: string, input: ShopDecision, change: (shop: Shop) => Shop): Promise<Shop>;
};

export function createShopRepository(db: Database): ShopRepository {
  const shops = () => db.getRepository(ShopEntity);
  return {
    createOnce: (ownerId, input, make) =>
      transaction(db, async (tx) => {
        const key = { scope: `shop.create/${ownerId}`, requestId: input.requestId, hash: requestHash(input) };
        const id = await once(tx, key, async () => {
          await lockOwner(tx, ownerId);
          checkShopLimit(await tx.countBy(ShopEntity, { ownerId }));
          const shop = make();
          await tx.insert(ShopEntity, shop);
          await announce(tx, { topic: 'shop.registered', key: ownerId, payload: { shopId: shop.id, ownerId } });
          return shop.id;
        });
        return tx.findOneByOrFail(ShopEntity, { id });
      }),
    find: async (id) => (await shops().findOneBy({ id })) ?? undefined,
    async list({ approval, limit, after }) {
      const query = shops().createQueryBuilder('shop');
      if (approval !== undefined) query.andWhere('shop.approval = :approval', { approval });
      if (after !== undefined) {
        query.andWhere('(shop.createdAt > :at OR (shop.createdAt = :at AND shop.id > :id))', {
          at: after.at,
          id: idToBytes(after.id),
        });
      }
      return query.orderBy({ 'shop.createdAt': 'ASC', 'shop.id': 'ASC' }).limit(limit).getMany();
    },
    listOfOwner: (ownerId) =>
      shops().find({ where: { ownerId }, order: { createdAt: 'ASC', id: 'ASC' }, take: shopsPerOwner }),
    async save(shop) {
      return { ...shop, version: await saveVersion(shops(), shop) };
    },
    decideOnce: (adminId, input, change) =>
      transaction(db, async (tx) => {
        const key = { scope: `shop.decide/${adminId}`, requestId: input.requestId, hash: requestHash(input) };
        await once(tx, key, async () => {
          const shop = await tx.findOne(ShopEntity, {
            where: { id: input.shopId },
            lock: { mode: 'pessimistic_write' },
          });
          if (shop === null) throw shopNotFound();
          await recordDecision(tx, adminId, change(shop));
          return true;
        });
        return tx.findOneByOrFail(ShopEntity, { id: input.shopId });
      }),
  };
}

/** Two shops registered at once must see each other: the owner's profile row is what they queue for. */
async function lockOwner(tx: Transaction, ownerId: string): Promise<void> {
  await insertIfAbsent(tx, emptyProfile(ownerId, new Date()));
  await tx.query('SELECT 1 FROM profile WHERE user_id = ? FOR UPDATE', [idToBytes(ownerId)]);
}

async function recordDecision(tx: Transaction, adminId: string, shop: Shop): Promise<void> {
  await saveVersion(tx.getRepository(ShopEntity), shop);
  const { id: shopId, approval, decisions: version, approvalReason } = shop;
  if (approval === 'pending') throw new Error('a decision cannot leave a shop pending');
  await tx.query(
    'INSERT INTO shop_decision (shop_id, version, decision, reason, decided_by, decided_at) VALUES (?, ?, ?, ?, ?, ?)',
    [idToBytes(shopId), version, approval, approvalReason, idToBytes(adminId), shop.updatedAt],
  );
  const payload = { shopId, decision: approval, version, decidedBy: adminId };
  await announce(tx, { topic: 'shop.decided', key: shopId, payload });
}

function announce(tx: Transaction, event: UserEvent): Promise<void> {
  return append(tx, event);
}
