/**
 * Everything that follows from the protos: TypeScript (`proto/gen`), the gateway's descriptor set, the OpenAPI document
 * and its page for people. The results are committed; `check` runs this again and fails on a difference.
 */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { servicesIn } from '../gateway/methods.ts';
import { openApiDocument } from '../gateway/openapi/document.ts';
import { docsPage } from '../gateway/openapi/page.ts';

const root = join(import.meta.dirname, '..');
const gateway = join(root, 'gateway');

async function buf(...args: readonly string[]): Promise<Buffer> {
  const program = join(root, 'node_modules/.bin/buf');
  const options = { cwd: root, encoding: 'buffer', maxBuffer: 64 * 1024 * 1024 } as const;
  return (await promisify(execFile)(program, args, options)).stdout;
}

await buf('lint');
await buf('generate');

// Envoy needs the descriptors without comments, the manual needs the comments.
await buf('build', '-o', 'gateway/descriptors/doffers.binpb', '--as-file-descriptor-set', '--exclude-source-info');
const described = await buf('build', '-o', '-', '--as-file-descriptor-set');

const document = openApiDocument(servicesIn(described));
await writeFile(join(gateway, 'openapi.json'), `${JSON.stringify(document, null, 2)}\n`);
await writeFile(
  join(gateway, 'docs.html'),
  docsPage(document, await readFile(join(gateway, 'openapi/page.css'), 'utf8')),
);
