import type { Database } from '@doffers/database';
import type { Pincode } from '../domain/pincode/directory.ts';
import { createNeighbourIndex, type NeighbourIndex } from '../domain/pincode/neighbours.ts';
import { type AreaRow, type PincodeRow, positionOf, toPincode } from './pincode-rows.ts';

export type PincodeDirectory = {
  find(pincode: string): Promise<Pincode | undefined>;
  /** PIN codes whose number, area or district begins with `text`, the closest match first. */
  search(text: string, limit: number): Promise<readonly Pincode[]>;
  /** Those of the PIN codes that exist. */
  known(pincodes: readonly string[]): Promise<ReadonlySet<string>>;
  /** All PIN codes of a city or district, by its whole name. */
  pincodesOfCity(city: string): Promise<readonly string[]>;
  /** All positions, for near-me questions. */
  neighbours(): Promise<NeighbourIndex>;
};

/** How long another process may have switched to a new directory before this one notices. */
const recheckMs = 10_000;

const active = '(SELECT version_id FROM active_directory)';

/** Reads the active PIN directory; positions are kept in memory until the directory is replaced. */
export function createPincodeDirectory(db: Database, now: () => number = Date.now): PincodeDirectory {
  const index = createIndexCache(db, now);

  async function read(pincodes: readonly string[]): Promise<Pincode[]> {
    if (pincodes.length === 0) return [];
    const [rows, areas]: [PincodeRow[], AreaRow[]] = await Promise.all([
      db.query(
        `SELECT pincode, district, state, latitude, longitude, confidence FROM pincode
          WHERE version_id = ${active} AND pincode IN (?)`,
        [pincodes],
      ),
      db.query(
        `SELECT pincode, name, district, state, delivers FROM pincode_area
          WHERE version_id = ${active} AND pincode IN (?) ORDER BY pincode, seq`,
        [pincodes],
      ),
    ]);
    const areasOf = Map.groupBy(areas, ({ pincode }) => pincode);
    const found = new Map(rows.map((row) => [String(row.pincode), toPincode(row, areasOf.get(row.pincode) ?? [])]));
    return pincodes.flatMap((pincode) => found.get(pincode) ?? []);
  }

  return {
    find: async (pincode) => (await read([pincode]))[0],
    async search(text, limit) {
      const found = /^\d{1,6}$/.test(text) ? await byNumber(db, text, limit) : await byName(db, text, limit);
      return read(found.map(({ pincode }) => String(pincode)));
    },
    async known(pincodes) {
      if (pincodes.length === 0) return new Set();
      const rows: { pincode: number }[] = await db.query(
        `SELECT pincode FROM pincode WHERE version_id = ${active} AND pincode IN (?)`,
        [pincodes],
      );
      return new Set(rows.map(({ pincode }) => String(pincode)));
    },
    async pincodesOfCity(city) {
      const rows: { pincode: number }[] = await db.query(
        `SELECT pincode FROM pincode WHERE version_id = ${active} AND district = ?`,
        [city],
      );
      return rows.map(({ pincode }) => String(pincode));
    },
    neighbours: index.current,
  };
}

type Found = Promise<{ readonly pincode: number }[]>;

async function byNumber(db: Database, digits: string, limit: number): Found {
  const width = 10 ** (6 - digits.length);
  const first = Number(digits) * width;
  return db.query(
    `SELECT pincode FROM pincode WHERE version_id = ${active} AND pincode BETWEEN ? AND ? ORDER BY pincode LIMIT ?`,
    [first, first + width - 1, limit],
  );
}

/**
 * A name that matches whole comes first, the main office of a PIN code before its branches: whoever types `kora` looks
 * for Koramangala rather than for a village of four letters' beginning.
 */
async function byName(db: Database, text: string, limit: number): Found {
  const beginning = `${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
  return db.query(
    `SELECT pincode, MIN(place) AS place FROM (
       SELECT pincode, IF(name = ?, 0, 2) + IF(seq = 0, 0, 1) + IF(delivers, 0, 1) AS place
         FROM pincode_area WHERE version_id = ${active} AND name LIKE ?
       UNION ALL
       SELECT pincode, IF(district = ?, 1, 4) FROM pincode WHERE version_id = ${active} AND district LIKE ?
     ) found GROUP BY pincode ORDER BY place, pincode LIMIT ?`,
    [text, beginning, text, beginning, limit],
  );
}

function createIndexCache(db: Database, now: () => number) {
  let loaded: { version: number; index: NeighbourIndex } | undefined;
  let checkedAt = Number.NEGATIVE_INFINITY;
  let refreshing: Promise<NeighbourIndex> | undefined;

  async function refresh(): Promise<NeighbourIndex> {
    const [row] = await db.query('SELECT version_id AS version FROM active_directory');
    const version: number = row?.version ?? 0;
    if (loaded?.version !== version) {
      const points: PincodeRow[] = await db.query(
        'SELECT pincode, latitude, longitude FROM pincode WHERE version_id = ? AND latitude IS NOT NULL',
        [version],
      );
      loaded = { version, index: createNeighbourIndex(points.flatMap(pointOf)) };
    }
    checkedAt = now();
    return loaded.index;
  }

  return {
    /** Whoever asks while the positions are being read waits for the same reading. */
    async current(): Promise<NeighbourIndex> {
      if (loaded !== undefined && now() - checkedAt < recheckMs) return loaded.index;
      refreshing ??= refresh().finally(() => {
        refreshing = undefined;
      });
      return refreshing;
    },
  };
}

function pointOf(row: PincodeRow) {
  const position = positionOf(row);
  return position === undefined ? [] : [{ pincode: String(row.pincode), position }];
}
