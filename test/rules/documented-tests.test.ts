import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** Names of tests are in italics, in the cells of a table. */
function namedTests(document: string): readonly string[] {
  const rows = read(document)
    .split('\n')
    .filter((line) => line.startsWith('|'));
  return rows.flatMap((row) => [...row.matchAll(/(?<!\*)\*([^*|]+)\*(?!\*)/g)].map(([, name = '']) => name));
}

describe('a test that a document names', () => {
  const files = globSync('{services,workflows,packages,test}/**/*{test,contract}.ts', { cwd: root });
  const sources = files.filter((file) => !file.includes('node_modules')).map(read);

  for (const document of ['docs/money.md', 'services/payment/README.md']) {
    it(`exists: ${document}`, () => {
      const names = namedTests(document);
      assert.ok(names.length > 15, 'the tables are where they were');
      const missing = names.filter((name) => !sources.some((source) => source.includes(name)));
      assert.deepEqual(missing, []);
    });
  }
});
