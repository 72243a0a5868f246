import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** One planted violation for each rule: the file that breaks it, and what that file imports. */
const planted: Record<string, { readonly file: string; readonly imports: string }> = {
  'no-cycles': { file: 'packages/rpc/one.ts', imports: './two.ts' },
  'services-are-islands': { file: 'services/auth/handlers/island.ts', imports: '../../user/domain/shop.ts' },
  'services-know-workflows-by-contract': {
    file: 'services/auth/clients/inside.ts',
    imports: '../../../workflows/lib/saga.ts',
  },
  'workflows-never-import-services': {
    file: 'workflows/activities/service.ts',
    imports: '../../services/user/domain/shop.ts',
  },
  'packages-stand-below': { file: 'packages/rpc/above.ts', imports: '../../services/user/domain/shop.ts' },
  'temporal-package-knows-contracts-only': {
    file: 'packages/temporal/above.ts',
    imports: '../../workflows/lib/saga.ts',
  },
  'pure-packages-do-no-io': { file: 'packages/money/io.ts', imports: 'node:fs' },
  'domain-is-pure': { file: 'services/user/domain/io.ts', imports: 'node:fs' },
  'usecases-do-not-see-the-wire': { file: 'services/user/usecases/wire.ts', imports: '../../../packages/rpc/two.ts' },
  'usecases-see-repositories-and-clients-as-types': {
    file: 'services/user/usecases/sql.ts',
    imports: '../repositories/shops.ts',
  },
  'handlers-go-through-usecases': { file: 'services/user/handlers/sql.ts', imports: '../repositories/shops.ts' },
  'sql-only-in-repositories': { file: 'services/user/clients/sql.ts', imports: 'typeorm' },
  'sdks-only-in-clients': { file: 'services/user/repositories/sdk.ts', imports: 'openai' },
  'workflow-code-is-sandboxed': { file: 'workflows/campaign/io.ts', imports: 'node:fs' },
  'workflows-see-activities-as-types': { file: 'workflows/campaign/activity.ts', imports: '../activities/service.ts' },
  'the-sandbox-stands-alone': { file: 'sandbox/service.ts', imports: '../services/user/domain/shop.ts' },
  'products-do-not-import-the-sandbox-or-testkit': {
    file: 'services/user/clients/testkit.ts',
    imports: '../../../packages/testkit/kit.ts',
  },
};

/** Harmless files that the planted ones import. */
const innocent = [
  'services/user/domain/shop.ts',
  'services/user/repositories/shops.ts',
  'workflows/lib/saga.ts',
  'packages/testkit/kit.ts',
  'node_modules/typeorm/index.js',
  'node_modules/openai/index.js',
];

type Violation = { readonly rule: { readonly name: string }; readonly from: string };

// Plain JavaScript, as the tool wants it, so its shape is told here.
const { default: config } = (await import(`${root}.dependency-cruiser.mjs`)) as {
  default: { forbidden: readonly { readonly name: string }[] };
};

describe('import rules', () => {
  const tree = mkdtempSync(join(tmpdir(), 'import-rules-'));
  let violations: readonly Violation[] = [];

  before(() => {
    const write = (file: string, text: string) => {
      mkdirSync(dirname(join(tree, file)), { recursive: true });
      writeFileSync(join(tree, file), text);
    };
    for (const file of innocent) write(file, 'export const value = 1;\n');
    write('packages/rpc/two.ts', "import './one.ts';\n");
    for (const { file, imports } of Object.values(planted)) write(file, `import '${imports}';\n`);
    write('package.json', '{ "type": "module", "dependencies": { "openai": "1", "typeorm": "1" } }');
    const run = spawnSync(
      join(root, 'node_modules/.bin/depcruise'),
      ['--config', join(root, '.dependency-cruiser.mjs'), '--output-type', 'json', ...folders],
      { cwd: tree, encoding: 'utf8', maxBuffer: 1 << 26 },
    );
    violations = (JSON.parse(run.stdout) as { summary: { violations: Violation[] } }).summary.violations;
  });
  after(() => rmSync(tree, { recursive: true, force: true }));

  const folders = ['packages', 'services', 'workflows', 'sandbox'];

  for (const { name } of config.forbidden) {
    it(`${name} refuses the import that breaks it`, () => {
      const plant = planted[name];
      assert.ok(plant, `plant a violation of ${name}`);
      assert.ok(
        violations.some((violation) => violation.rule.name === name && violation.from === plant.file),
        `${name} let ${plant.file} import ${plant.imports}`,
      );
    });
  }

  it('lets innocent files pass', () => {
    assert.deepEqual(
      violations.filter(({ from }) => innocent.includes(from)),
      [],
    );
  });
});
