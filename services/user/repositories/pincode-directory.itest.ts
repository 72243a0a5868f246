import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Database } from '@doffers/database';
import { builtInDirectory, officialDirectory } from '../clients/directory-files.ts';
import { openTestDatabase } from '../test/database.ts';
import { aPincode } from '../test/shops.ts';
import { type DirectorySource, loadDirectory } from '../usecases/load-directory.ts';
import { createDirectoryStore, type DirectoryStore } from './directory-store.ts';
import { createPincodeDirectory, type PincodeDirectory } from './pincode-directory.ts';

const sample = fileURLToPath(new URL('../test/fixtures/india-post-sample.csv', import.meta.url));

describe('the PIN directory', () => {
  let db: Database;
  let close: () => Promise<void>;
  let directories: DirectoryStore;
  let directory: PincodeDirectory;
  let time = 0;
  before(async () => {
    ({ db, close } = await openTestDatabase());
    directories = createDirectoryStore(db);
    directory = createPincodeDirectory(db, () => time);
  });
  after(() => close());

  const now = () => new Date('2026-11-23T06:00:00Z');
  const load = (source: DirectorySource) => loadDirectory({ directories, now }, source);
  const small = (name: string, origin: DirectorySource['origin'] = 'import'): DirectorySource => ({
    origin,
    sha256: Buffer.alloc(32, name),
    read: async () => ({ pincodes: [aPincode('560034', { areas: [], district: name }), aPincode('999999')] }),
  });
  const versions = () => db.query('SELECT origin, pincodes FROM directory_version');

  it('knows nothing before it is loaded', async () => {
    assert.equal(await directory.find('560034'), undefined);
    assert.deepEqual(await directory.search('kora', 20), []);
    assert.equal((await directory.neighbours()).around('560034', { radiusM: 1_000, minCount: 0 }), undefined);
  });

  it('is loaded from the official file once, with its dirt cleaned and counted', async () => {
    const loaded = await load(await officialDirectory(sample));
    assert.equal(loaded.outcome, 'loaded');
    const { report } = loaded;
    assert.deepEqual([report?.offices, report?.pincodes], [95, 23]);
    assert.deepEqual([report?.coordinatesSwapped, report?.coordinatesMissing, report?.districtsFilled], [1, 1, 1]);
    assert.equal(report?.coordinatesOutsideIndia, 6);
    assert.equal((await load(await officialDirectory(sample))).outcome, 'unchanged');
    assert.deepEqual(await versions(), [{ origin: 'import', pincodes: 23 }]);
  });

  it('brings an office whose coordinates were swapped back to India', async () => {
    const yamunanagar = await directory.find('135001');
    assert.ok(Math.abs((yamunanagar?.centre?.latitude ?? 0) - 30.13) < 0.1);
    assert.ok(Math.abs((yamunanagar?.centre?.longitude ?? 0) - 77.28) < 0.1);
  });

  it('reads a PIN code with its areas, the delivering ones first', async () => {
    const found = await directory.find('560034');
    assert.deepEqual([found?.district, found?.state, found?.confidence], ['Bengaluru Urban', 'Karnataka', 'high']);
    assert.deepEqual(found?.areas[0], {
      name: 'Koramangala',
      district: 'Bengaluru Urban',
      state: 'Karnataka',
      delivers: true,
    });
    assert.equal(await directory.find('110001'), undefined);
  });

  it('finds by the beginning of a number, an area or a district, in any case, the closest match first', async () => {
    const search = async (text: string, limit = 20) => (await directory.search(text, limit)).map((p) => p.pincode);
    assert.deepEqual(await search('5600', 3), ['560001', '560002', '560004']);
    assert.deepEqual(await search('560034'), ['560034']);
    assert.equal((await search('koramangala'))[0], '560034');
    assert.equal((await search('KORA'))[0], '560034');
    assert.ok((await search('bengaluru urban')).length > 10);
    assert.equal((await search('bengaluru', 5)).length, 5);
    assert.deepEqual(await search('no such place'), []);
  });

  it('takes the wildcards of SQL as ordinary characters', async () => {
    for (const text of ['%%', '__', 'kora%', '\\\\', "' OR 1=1 -- "]) {
      assert.deepEqual(await directory.search(text, 20), [], text);
    }
  });

  it('measures distances on the directory that is active, and notices within ten seconds that it was replaced', async () => {
    time += 60_000;
    const around = async (pincode: string) =>
      (await directory.neighbours()).around(pincode, { radiusM: 3_000, minCount: 0 })?.map((found) => found.pincode);
    const before = await around('560034');
    assert.deepEqual(before?.slice(0, 2), ['560034', '560095']);
    await load(small('Elsewhere'));
    assert.deepEqual(await around('560034'), before, 'still the positions in memory');
    time += 10_001;
    assert.deepEqual(await around('560034'), ['560034', '999999']);
  });

  it('keeps one version, and an imported one against the built-in', async () => {
    assert.deepEqual(await versions(), [{ origin: 'import', pincodes: 2 }]);
    assert.equal((await load(small('Built-in', 'built-in'))).outcome, 'unchanged');
    assert.equal((await directory.find('560034'))?.district, 'Elsewhere');
    const [{ rows }] = await db.query('SELECT COUNT(*) AS `rows` FROM pincode_area');
    assert.equal(Number(rows), 1);
  });

  it('is loaded once when several processes start at the same moment', async () => {
    const results = await Promise.all(Array.from({ length: 4 }, () => load(small('Same'))));
    assert.deepEqual(results.map(({ outcome }) => outcome).toSorted(), [
      'loaded',
      'unchanged',
      'unchanged',
      'unchanged',
    ]);
  });

  it('stays as it was when the source cannot be read', async () => {
    const read = () => Promise.reject(new Error('the disk is full of holes'));
    await assert.rejects(load({ ...small('Broken'), read }), /holes/);
    await assert.rejects(officialDirectory('/nowhere/at/all.csv.gz'), { code: 'ENOENT' });
    assert.equal((await directory.find('560034'))?.district, 'Same');
  });

  it('ships with all of India', async () => {
    const { pincodes } = await (await builtInDirectory()).read();
    assert.equal(pincodes.length, 19_586);
    assert.equal(new Set(pincodes.map(({ state }) => state)).size, 36);
    assert.ok(pincodes.filter(({ centre }) => centre !== undefined).length > 19_500);
  });
});
