// Makes the directory that ships with the service: node services/user/build-default-directory.ts <official.csv.gz>
import { writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { builtInPath, readOffices } from './clients/directory-files.ts';
import { buildDirectory } from './domain/pincode/directory.ts';
import { encodeDirectory } from './domain/pincode/directory-file.ts';

const path = process.argv[2];
if (path === undefined) {
  process.stderr.write('usage: node services/user/build-default-directory.ts <official.csv or official.csv.gz>\n');
  process.exit(2);
}

const { pincodes, report } = buildDirectory(await readOffices(path));
const file = gzipSync(encodeDirectory(pincodes), { level: 9 });
await writeFile(builtInPath, file);
process.stdout.write(`${JSON.stringify({ ...report, bytes: file.length }, null, 2)}\n`);
