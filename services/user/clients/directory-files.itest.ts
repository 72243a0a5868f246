import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { officeColumns } from '../domain/pincode/office.ts';
import { readOffices } from './directory-files.ts';

const header = officeColumns.join(',');
const office = 'Circle,Region,Division,Koramangala S.O,560034,PO,Delivery,BENGALURU URBAN,KARNATAKA,12.9271,77.6266';

describe('the official file', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'doffers-directory-'));
  });
  after(() => rm(folder, { recursive: true }));

  const file = async (name: string, content: string | Buffer) => {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  };

  it('is read plain or compressed, with both kinds of line ends', async () => {
    const text = `${header}\r\n${office}\r\n\r\n`;
    const plain = await readOffices(await file('plain.csv', text));
    assert.deepEqual(
      plain.map(({ pincode, name }) => [pincode, name]),
      [['560034', 'Koramangala']],
    );
    assert.deepEqual(await readOffices(await file('packed.csv.gz', gzipSync(text))), plain);
  });

  it('is refused when it is another file, naming the line', async () => {
    await assert.rejects(readOffices(await file('other.csv', 'a,b,c\n')), /line 1/);
    await assert.rejects(readOffices(await file('short.csv', `${header}\n${office}\nKoramangala,560034\n`)), /line 3/);
  });

  it('is refused when its compression is broken', async () => {
    const packed = gzipSync(`${header}\n${`${office}\n`.repeat(1_000)}`);
    const cut = await file('cut.csv.gz', packed.subarray(0, packed.length - 20));
    await assert.rejects(readOffices(cut), { code: 'Z_BUF_ERROR' });
  });
});
