import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Database, idToBytes, newId } from '@doffers/database';
import type { NearbyHit } from '../domain/nearby.ts';
import { offerDatabase } from '../test/offer-database.ts';
import { createNearbyRepository, type NearbyQuery } from './nearby-repository.ts';

const now = new Date('2026-11-24T06:00:00Z');
const hourMs = 3_600_000;
const pincodes = Array.from({ length: 60 }, (_, n) => String(560_001 + n));
const categories = ['grocery', 'food', 'fashion'];

type Stored = NearbyHit & { readonly category: string; readonly live: boolean };

describe('near-me searches', () => {
  let place: { readonly db: Database; close(): Promise<void> };
  const stored: Stored[] = [];
  before(async () => {
    place = await offerDatabase('offer_nearby');
    // Half of the offers lie in three PIN codes, every tenth is not live, many end at the same moment.
    for (let n = 0; n < 12_000; n++) {
      const pincode = pincodes[n % 2 === 0 ? n % 3 : n % 60] ?? '';
      const endAt = new Date(now.getTime() + (n % 10 === 3 ? -1 : 1) * ((n * 7) % 720) * hourMs);
      const category = categories[n % 3] ?? '';
      stored.push({ id: newId(), pincode, endAt, category, live: endAt > now && n % 10 !== 7 });
    }
    for (let at = 0; at < stored.length; at += 2_000) {
      const rows = stored.slice(at, at + 2_000).map(({ id, pincode, endAt, category, live }, n) => {
        const startAt = !live && n % 2 === 0 ? new Date(now.getTime() + hourMs) : null;
        const state = !live && startAt === null ? 'paused' : 'active';
        const key = [idToBytes(id), idToBytes(newId()), idToBytes(newId())];
        return [...key, 'x', '', category, 10, null, 0, 0, startAt, endAt, pincode, state, now, now, 1];
      });
      await place.db.query(
        `INSERT INTO offer (id, shop_id, owner_id, title, description, category, percent, amount_paise, cap_paise,
           min_bill_paise, start_at, end_at, pincode, state, created_at, updated_at, version) VALUES ?`,
        [rows],
      );
    }
    await place.db.query('ANALYZE TABLE offer');
  });
  after(() => place.close());

  const query = (changes: Partial<NearbyQuery> = {}): NearbyQuery => ({
    pincodes,
    category: undefined,
    now,
    limit: 21,
    after: undefined,
    ...changes,
  });
  const byEnd = (a: Stored, b: Stored) => a.endAt.getTime() - b.endAt.getTime() || (a.id < b.id ? -1 : 1);
  const byPlace = (a: Stored, b: Stored) => pincodes.indexOf(a.pincode) - pincodes.indexOf(b.pincode) || byEnd(a, b);
  const expected = ({ pincodes: near, category }: NearbyQuery, order: (a: Stored, b: Stored) => number) =>
    stored
      .filter((offer) => offer.live && near.includes(offer.pincode) && (category ?? offer.category) === offer.category)
      .toSorted(order)
      .map(({ id }) => id);

  for (const [name, order] of [
    ['nearest', byPlace],
    ['endingSoonest', byEnd],
  ] as const) {
    it(`${name}: answer page after page what a comparison of all offers answers`, async () => {
      const nearby = createNearbyRepository(place.db.manager);
      for (const changes of [{ pincodes: pincodes.slice(20, 40) }, { category: 'food' }, { pincodes: ['999999'] }]) {
        const asked = query({ ...changes, limit: 200 });
        const seen: string[] = [];
        for (let last: NearbyHit | undefined; ; ) {
          const page = await nearby[name]({ ...asked, after: last });
          seen.push(...page.map(({ id }) => id));
          last = page.at(-1);
          if (page.length < asked.limit) break;
        }
        assert.deepEqual(seen, expected(asked, order));
      }
    });

    it(`${name}: read the covering index only, and little of it where offers lie thick`, async () => {
      const connection = place.db.createQueryRunner();
      try {
        await connection.query('FLUSH STATUS');
        assert.equal((await createNearbyRepository(connection.manager)[name](query())).length, 21);
        const rows: { Variable_name: string; Value: string }[] = await connection.query(
          "SHOW SESSION STATUS WHERE Variable_name IN ('Handler_read_next', 'Handler_read_rnd_next')",
        );
        const reads = new Map(rows.map((row) => [row.Variable_name, Number(row.Value)]));
        // 12,000 offers lie here. One union reads its few answers once more, from where it gathered them.
        assert.ok((reads.get('Handler_read_next') ?? 0) < 600, `${reads.get('Handler_read_next')} index entries`);
        assert.ok((reads.get('Handler_read_rnd_next') ?? 0) < 200, `${reads.get('Handler_read_rnd_next')} rows`);
      } finally {
        await connection.release();
      }
    });
  }
});
