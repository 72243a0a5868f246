import { idFromBytes, idToBytes, type Transaction } from '@doffers/database';
import type { NearbyHit } from '../domain/nearby.ts';

export type NearbyQuery = {
  /** Nearest first. */
  readonly pincodes: readonly string[];
  readonly category: string | undefined;
  /** The moment at which offers must be live. */
  readonly now: Date;
  readonly limit: number;
  /** The last hit of the page before. */
  readonly after: NearbyHit | undefined;
};

/** Finds live offers by their ids alone, from one covering index; whoever shows them reads the rows of one page. */
export type NearbyRepository = {
  /** In the order of the PIN codes; within one, what ends soonest first. */
  nearest(query: NearbyQuery): Promise<readonly NearbyHit[]>;
  /** What ends soonest first, in whatever PIN code. */
  endingSoonest(query: NearbyQuery): Promise<readonly NearbyHit[]>;
};

type Row = { id: Buffer; pincode: string; end_at: Date };

/** PIN codes read by one statement: a city fills its page from the first few, the country needs all of them. */
const batches = [4, 12, 48, Number.POSITIVE_INFINITY] as const;
const hourMs = 3_600_000;
/** Hours ahead that are searched one after the other: a busy place fills its page from the first ones. */
const horizons = [1, 8, 64, 512, 24 * 366] as const;

export function createNearbyRepository(db: Pick<Transaction, 'query'>): NearbyRepository {
  return {
    async nearest(query) {
      const hits: NearbyHit[] = [];
      let at = query.after === undefined ? 0 : query.pincodes.indexOf(query.after.pincode);
      if (at < 0) return []; // the directory was replaced between two pages
      for (const size of batches) {
        const batch = query.pincodes.slice(at, at + size);
        if (batch.length === 0 || hits.length >= query.limit) break;
        hits.push(...(await nearestOf(db, batch, query)));
        at += batch.length;
      }
      return hits.slice(0, query.limit);
    },
    async endingSoonest(query) {
      const { after, now, limit } = query;
      const hits: NearbyHit[] = [];
      let from = after?.endAt ?? now;
      for (const hours of horizons) {
        if (hits.length >= limit) break;
        const until = new Date(from.getTime() + hours * hourMs);
        hits.push(...(await endingWithin(db, { ...query, limit: limit - hits.length }, { from, until })));
        from = until;
      }
      return hits;
    },
  };
}

/** One short walk along the index for each PIN code: it never sorts, and reads no more than it answers. */
async function nearestOf(
  db: Pick<Transaction, 'query'>,
  pincodes: readonly string[],
  { category, now, limit, after }: NearbyQuery,
): Promise<readonly NearbyHit[]> {
  const walks = pincodes.map((pincode) => {
    const behind = after?.pincode === pincode ? after : undefined;
    const live = liveOffers({ now, category, behind });
    const text = `(SELECT id, pincode, end_at FROM offer FORCE INDEX (ix_offer_nearby)
      WHERE pincode = ? AND ${live.text} ORDER BY end_at, id LIMIT ?)`;
    return { text, values: [pincode, ...live.values, limit] };
  });
  const rows: Row[] = await db.query(
    walks.map(({ text }) => text).join(' UNION ALL '),
    walks.flatMap(({ values }) => values),
  );
  const found = Map.groupBy(rows.map(toHit), ({ pincode }) => pincode);
  return pincodes.flatMap((pincode) => (found.get(pincode) ?? []).toSorted(byEnd));
}

async function endingWithin(
  db: Pick<Transaction, 'query'>,
  { pincodes, category, now, limit, after }: NearbyQuery,
  { from, until }: { readonly from: Date; readonly until: Date },
): Promise<readonly NearbyHit[]> {
  if (pincodes.length === 0) return [];
  const behind = after !== undefined && after.endAt.getTime() === from.getTime() ? after : undefined;
  const live = liveOffers({ now, category, behind });
  const rows: Row[] = await db.query(
    `SELECT id, pincode, end_at FROM offer FORCE INDEX (ix_offer_nearby)
      WHERE pincode IN (?) AND ${live.text} AND ${behind === undefined ? 'end_at > ?' : 'end_at >= ?'} AND end_at <= ?
      ORDER BY end_at, id LIMIT ?`,
    [pincodes, ...live.values, from, until, limit],
  );
  return rows.map(toHit);
}

type Live = { readonly now: Date; readonly category: string | undefined; readonly behind: NearbyHit | undefined };

function liveOffers({ now, category, behind }: Live): { readonly text: string; readonly values: readonly unknown[] } {
  const parts: [string, ...unknown[]][] = [
    ["state = 'active' AND end_at > ?", now],
    ['(start_at IS NULL OR start_at <= ?)', now],
  ];
  if (category !== undefined) parts.push(['category = ?', category]);
  if (behind !== undefined) {
    const { endAt, id } = behind;
    parts.push(['end_at >= ? AND (end_at > ? OR id > ?)', endAt, endAt, idToBytes(id)]);
  }
  return { text: parts.map(([text]) => text).join(' AND '), values: parts.flatMap(([, ...values]) => values) };
}

function toHit({ id, pincode, end_at }: Row): NearbyHit {
  return { id: idFromBytes(id), pincode, endAt: end_at };
}

/** A union has no order of its own. Ids compare as text as they do as bytes. */
function byEnd(a: NearbyHit, b: NearbyHit): number {
  return a.endAt.getTime() - b.endAt.getTime() || (a.id < b.id ? -1 : 1);
}
