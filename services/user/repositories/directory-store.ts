import type { Database } from '@doffers/database';
import type { QueryRunner } from 'typeorm';
import type { Pincode } from '../domain/pincode/directory.ts';

export type DirectoryVersion = {
  readonly origin: 'built-in' | 'import';
  readonly sha256: Buffer;
  readonly recipe: number;
};

export type NewDirectory = DirectoryVersion & {
  readonly pincodes: readonly Pincode[];
  readonly createdAt: Date;
};

export type OpenDirectoryStore = {
  /** The version that is read now. */
  active(): Promise<DirectoryVersion | undefined>;
  /** Stores a version, makes it the one that is read, and deletes all others. */
  replace(directory: NewDirectory): Promise<void>;
};

export type DirectoryStore = {
  /** Runs `work` while no other process loads a directory; a second one waits for the first. */
  exclusively<T>(work: (store: OpenDirectoryStore) => Promise<T>): Promise<T>;
};

const lockTimeoutSeconds = 120;
const rowsAtOnce = 1_000;
const deletedAtOnce = 20_000;

export function createDirectoryStore(db: Database): DirectoryStore {
  return {
    async exclusively(work) {
      // One connection for all: it holds the lock, and what it leaves behind when it breaks is swept up by the next.
      const runner = db.createQueryRunner();
      try {
        const [{ locked }] = await runner.query("SELECT GET_LOCK(CONCAT('directory:', DATABASE()), ?) AS locked", [
          lockTimeoutSeconds,
        ]);
        if (Number(locked) !== 1) throw new Error('another process has been loading a PIN directory for two minutes');
        return await work({ active: () => active(runner), replace: (directory) => replace(runner, directory) });
      } finally {
        await runner.query("DO RELEASE_LOCK(CONCAT('directory:', DATABASE()))").catch(() => undefined);
        await runner.release();
      }
    },
  };
}

async function active(runner: QueryRunner): Promise<DirectoryVersion | undefined> {
  const [row] = await runner.query(
    `SELECT version.origin, version.sha256, version.recipe
       FROM active_directory JOIN directory_version version ON version.id = active_directory.version_id`,
  );
  return row && { origin: row.origin, sha256: row.sha256, recipe: Number(row.recipe) };
}

async function replace(runner: QueryRunner, { origin, sha256, recipe, pincodes, createdAt }: NewDirectory) {
  const { insertId: version } = await runner.query(
    'INSERT INTO directory_version (origin, sha256, recipe, pincodes, created_at) VALUES (?, ?, ?, ?, ?)',
    [origin, sha256, recipe, pincodes.length, createdAt],
  );
  const rows = pincodes.map((pincode) => pincodeRow(version, pincode));
  const areas = pincodes.flatMap((pincode) => areaRows(version, pincode));
  await insertAll(
    runner,
    'INSERT INTO pincode (version_id, pincode, district, state, latitude, longitude, confidence) VALUES ?',
    rows,
  );
  await insertAll(
    runner,
    'INSERT INTO pincode_area (version_id, pincode, seq, name, district, state, delivers) VALUES ?',
    areas,
  );
  await runner.query(
    `INSERT INTO active_directory (only_row, version_id) VALUES (1, ?)
     ON DUPLICATE KEY UPDATE version_id = VALUES(version_id)`,
    [version],
  );
  await deleteOthers(runner, version);
}

type Cells = readonly (string | number | boolean | null)[];

function pincodeRow(version: number, { pincode, district, state, centre, confidence }: Pincode): Cells {
  return [version, Number(pincode), district, state, centre?.latitude ?? null, centre?.longitude ?? null, confidence];
}

function areaRows(version: number, { pincode, areas }: Pincode): Cells[] {
  return areas.map(({ name, district, state, delivers }, seq) => [
    version,
    Number(pincode),
    seq,
    name,
    district,
    state,
    delivers,
  ]);
}

/** One transaction for all rows: a commit with a flush to disk for each batch would take most of the time. */
async function insertAll(runner: QueryRunner, statement: string, rows: readonly Cells[]): Promise<void> {
  await runner.startTransaction();
  try {
    for (let at = 0; at < rows.length; at += rowsAtOnce) {
      await runner.query(statement, [rows.slice(at, at + rowsAtOnce)]);
    }
    await runner.commitTransaction();
  } catch (error) {
    await runner.rollbackTransaction();
    throw error;
  }
}

/** In small transactions, so that replicas keep up. */
async function deleteOthers(runner: QueryRunner, version: number): Promise<void> {
  for (const table of ['pincode_area', 'pincode']) {
    for (let deleted = deletedAtOnce; deleted === deletedAtOnce; ) {
      const result = await runner.query(`DELETE FROM ${table} WHERE version_id <> ? LIMIT ${deletedAtOnce}`, [version]);
      deleted = result.affectedRows;
    }
  }
  await runner.query('DELETE FROM directory_version WHERE id <> ?', [version]);
}
