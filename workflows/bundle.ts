import { createHash, randomUUID } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import sdk from '@temporalio/worker/package.json' with { type: 'json' };

const root = fileURLToPath(new URL('..', import.meta.url));
const interceptors = join(root, 'workflows/lib/call-header-interceptor.ts');

/** Everything that may end up in a bundle. Activities, workers and unit tests never do. */
const sources = ['workflows/**/*.ts', 'packages/{money,errors,calendar,resource,ownership}/**/*.ts'];
const neverBundled = /\.i?test\.ts$|^workflows\/(activities|worker|histories)\/|\/node_modules\//;

const keepBundlesMs = 86_400_000;

type Options = {
  /** The file that exports the workflows, relative to the repository; tests have one of their own. */
  readonly entry?: string;
  readonly directory?: string;
};

/**
 * Answers the file that holds all workflow code, which workers load into the sandbox. Bundling takes seconds, so it is
 * done once per content of the sources and version of the SDK; several processes may ask at the same time.
 */
export async function prepareWorkflowBundle(options: Options = {}): Promise<{ codePath: string }> {
  const { entry = 'workflows/index.ts', directory = join(root, '.run') } = options;
  const codePath = join(directory, `workflow-bundle-${await contentHash(entry)}.js`);
  if (existsSync(codePath)) return { codePath };
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(root, entry),
    workflowInterceptorModules: [interceptors],
    logger: new DefaultLogger('WARN'),
  });
  await writeAtomically(codePath, code);
  await forgetOldBundles(directory);
  return { codePath };
}

async function contentHash(entry: string): Promise<string> {
  const inTest = (file: string) => file.startsWith('workflows/test/');
  const files = globSync(sources, { cwd: root })
    .filter((file) => !neverBundled.test(file) && (!inTest(file) || inTest(entry)))
    .toSorted();
  const hash = createHash('sha256').update(`${sdk.version}\n${entry}\n`);
  for (const file of files) hash.update(`${file}\n`).update(await readFile(join(root, file)));
  return hash.digest('hex').slice(0, 16);
}

/** A reader sees either no file or a whole one. */
async function writeAtomically(path: string, text: string): Promise<void> {
  const unfinished = `${path}.${randomUUID()}`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(unfinished, text);
  await rename(unfinished, path);
}

/** Every change of a workflow leaves a bundle behind. A worker that still starts with an old one builds it again. */
async function forgetOldBundles(directory: string): Promise<void> {
  const before = Date.now() - keepBundlesMs;
  for (const name of globSync('workflow-bundle-*', { cwd: directory })) {
    const path = join(directory, name);
    const found = await stat(path).catch(() => undefined); // another process may tidy up at the same time
    if (found !== undefined && found.mtimeMs < before) await rm(path, { force: true });
  }
}

if (import.meta.main) {
  const { codePath } = await prepareWorkflowBundle();
  process.stdout.write(`${codePath}\n`);
}
