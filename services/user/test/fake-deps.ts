import { shopNotFound } from '@doffers/ownership';
import type { Profile } from '../domain/profile.ts';
import type { Shop } from '../domain/shop.ts';
import type { Deps } from '../usecases/deps.ts';
import { aPincode, aShop } from './shops.ts';

export const owner = { userId: aShop().ownerId, admin: false };
export const stranger = { userId: '019ab000-0000-7000-8000-0000000000ff', admin: false };
export const admin = { userId: '019ab000-0000-7000-8000-0000000000fe', admin: true };

type Fake = Deps & {
  readonly stored: Map<string, Shop>;
  readonly people: Map<string, Profile>;
  readonly granted: string[];
};

/** The outside of the use cases in memory: two known PIN codes, a clock that stands still. */
export function fakeDeps(...shops: readonly Shop[]): Fake {
  const stored = new Map(shops.map((shop) => [shop.id, shop]));
  const people = new Map<string, Profile>();
  const granted: string[] = [];
  const known = [aPincode(), aPincode('400001', { district: 'Mumbai', state: 'Maharashtra' })];
  const grantShopkeeper = async (userId: string) => void granted.push(userId);
  const keep = <Row extends { id: string; version: number }>(rows: Map<string, Row>, row: Row): Row => {
    const saved = { ...row, version: row.version + 1 };
    rows.set(row.id, saved);
    return saved;
  };
  return {
    stored,
    people,
    granted,
    newId: () => '019ab000-0000-7000-8000-0000000000aa',
    now: () => new Date('2026-11-23T06:00:00Z'),
    directory: { find: async (pincode) => known.find((place) => place.pincode === pincode) },
    roles: { grantShopkeeper, tryGrantShopkeeper: grantShopkeeper },
    shops: {
      async createOnce(_ownerId, _input, make) {
        const shop = make();
        stored.set(shop.id, shop);
        return shop;
      },
      find: async (id) => stored.get(id),
      list: async () => [...stored.values()],
      listOfOwner: async (ownerId) => [...stored.values()].filter((shop) => shop.ownerId === ownerId),
      save: async (shop) => keep(stored, shop),
      async decideOnce(_adminId, { shopId }, change) {
        const shop = stored.get(shopId);
        if (shop === undefined) throw shopNotFound();
        return keep(stored, change(shop));
      },
    },
    profiles: {
      find: async (id) => people.get(id),
      async findOrCreate(profile) {
        const found = people.get(profile.id) ?? profile;
        people.set(found.id, found);
        return found;
      },
      async createOrChange(fresh, change) {
        const found = people.get(fresh.id) ?? fresh;
        people.set(found.id, found);
        const changed = change(found);
        return changed === undefined ? found : keep(people, changed);
      },
      save: async (profile) => keep(people, profile),
    },
  };
}
