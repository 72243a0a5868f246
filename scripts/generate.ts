/**
 * Everything that follows from the protos: TypeScript (`proto/gen`), the gateway's descriptor set, the OpenAPI document
 * and its page for people, and the reference of errors (from the code as well). The results are committed; `check` runs this with another folder to write to, as the first
 * argument, and fails on a difference.
 */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { servicesIn } from '../gateway/methods.ts';
import { commentOf, reasonsOf } from '../gateway/openapi/comments.ts';
import { openApiDocument } from '../gateway/openapi/document.ts';
import { docsPage } from '../gateway/openapi/page.ts';
import { errorReference } from './reference/error-reference.ts';
import { refusalsInCode } from './reference/refusals-in-code.ts';

const root = join(import.meta.dirname, '..');
const target = resolve(process.argv[2] ?? root);
const gateway = join(target, 'gateway');

async function buf(...args: readonly string[]): Promise<Buffer> {
  const program = join(root, 'node_modules/.bin/buf');
  const options = { cwd: root, encoding: 'buffer', maxBuffer: 64 * 1024 * 1024 } as const;
  return (await promisify(execFile)(program, args, options)).stdout;
}

await buf('lint');
await buf('generate', '--output', target);
await mkdir(join(gateway, 'descriptors'), { recursive: true });

// Envoy needs the descriptors without comments, the manual needs the comments.
const descriptors = join(gateway, 'descriptors/doffers.binpb');
await buf('build', '-o', descriptors, '--as-file-descriptor-set', '--exclude-source-info');
const described = await buf('build', '-o', '-', '--as-file-descriptor-set');

const services = servicesIn(described);
const document = openApiDocument(services);
await writeFile(join(gateway, 'openapi.json'), `${JSON.stringify(document, null, 2)}\n`);
await writeFile(
  join(gateway, 'docs.html'),
  docsPage(document, await readFile(join(root, 'gateway/openapi/page.css'), 'utf8')),
);

const methods = services.flatMap(({ typeName, methods }) =>
  methods.map((method) => ({
    name: `${typeName.split('.')[1]}.${method.name}`,
    reasons: reasonsOf(commentOf(method)),
  })),
);
await mkdir(join(target, 'docs'), { recursive: true });
await writeFile(join(target, 'docs/errors.md'), errorReference({ methods, coded: await refusalsInCode(root) }));
