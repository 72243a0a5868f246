import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGunzip, gunzip } from 'node:zlib';
import { buildDirectory } from '../domain/pincode/directory.ts';
import { decodeDirectory } from '../domain/pincode/directory-file.ts';
import { type Office, officeColumns, parseOffice } from '../domain/pincode/office.ts';
import type { DirectorySource } from '../usecases/load-directory.ts';

/** The directory that ships with the service, made from the official file by `build-default-directory.ts`. */
export const builtInPath = new URL('../data/pincodes.tsv.gz', import.meta.url);

/** The directory that ships with the service. */
export async function builtInDirectory(): Promise<DirectorySource> {
  const file = await readFile(builtInPath);
  const sha256 = createHash('sha256').update(file).digest();
  const read = async () => ({ pincodes: decodeDirectory((await promisify(gunzip)(file)).toString('utf8')) });
  return { origin: 'built-in', sha256, read };
}

/**
 * India Post's official file, as CSV or compressed by gzip. Its hash is that of the file as it is, so that a second
 * import of the same file is noticed before it is read.
 */
export async function officialDirectory(path: string): Promise<DirectorySource> {
  const sha256 = await hashFile(path);
  const read = async () => buildDirectory(await readOffices(path));
  return { origin: 'import', sha256, read };
}

/**
 * Reads the offices line by line.
 * @throws Error when the file is not the official one, or a line of it is no office
 */
export async function readOffices(path: string): Promise<Office[]> {
  const offices: Office[] = [];
  let number = 0;
  const consume = async (bytes: AsyncIterable<Buffer>) => {
    for await (const line of linesOf(bytes)) {
      if (++number === 1) checkHeader(line);
      else if (line !== '') offices.push(officeAt(number, line));
    }
  };
  // A pipeline, so that an error of the file or of its compression ends the reading.
  const file = createReadStream(path);
  await (path.endsWith('.gz') ? pipeline(file, createGunzip(), consume) : pipeline(file, consume));
  return offices;
}

function checkHeader(line: string): void {
  const header = officeColumns.join(',');
  if (line !== header) throw new Error(`line 1 must be the header "${header}"`);
}

function officeAt(number: number, line: string): Office {
  const office = parseOffice(line);
  if (office === undefined) throw new Error(`line ${number} is no post office of a PIN code`);
  return office;
}

async function* linesOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n/);
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

async function hashFile(path: string): Promise<Buffer> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest();
}
