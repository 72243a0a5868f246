import { existsSync, globSync, statSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../stack/stack.ts';
import { type Check, failed, outcomeOf, passed, run } from './step.ts';

const generated = [
  'proto/gen/**',
  'gateway/descriptors/*',
  'gateway/openapi.json',
  'gateway/docs.html',
  'docs/errors.md',
];

/** What is committed as generated is what the protos and the code generate now. */
export const generatedCode: Check = {
  name: 'generated code is up to date',
  async run() {
    const fresh = await mkdtemp(join(tmpdir(), 'doffers-generated-'));
    try {
      const outcome = outcomeOf(await run(process.execPath, 'scripts/generate.ts', fresh));
      if (outcome.verdict !== 'passed') return outcome;
      const different = await differences(root, fresh);
      return different.length === 0
        ? passed
        : failed(`run npm run generate; these differ:\n${different.map((file) => `  ${file}`).join('\n')}`);
    } finally {
      await rm(fresh, { recursive: true, force: true });
    }
  },
};

async function differences(committed: string, fresh: string): Promise<string[]> {
  const files = new Set([...filesIn(committed), ...filesIn(fresh)]);
  const same = async (file: string) => {
    const [a, b] = [join(committed, file), join(fresh, file)];
    return existsSync(a) && existsSync(b) && (await readFile(a)).equals(await readFile(b));
  };
  const verdicts = await Promise.all([...files].map(async (file) => ({ file, same: await same(file) })));
  return verdicts.filter((verdict) => !verdict.same).map(({ file }) => file);
}

function filesIn(dir: string): string[] {
  return globSync(generated, { cwd: dir }).filter((file) => statSync(join(dir, file)).isFile());
}
