import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { sandboxDefaults } from '@doffers/process';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** Where the platform's variables are declared: as the keys of configuration schemas. */
const schemas = [
  'packages/process/{process-config,config-fragments}.ts',
  'services/*/config.ts',
  'workflows/worker/config.ts',
  'sandbox/config.ts',
  'gateway/settings.ts',
];
const comments = /\/\*[\s\S]*?\*\/|\/\/.*/g;
const schemaKey = /(?<=[\s{])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?=: )/g;

const declared = new Set(
  globSync(schemas, { cwd: root }).flatMap((file) => read(file).replace(comments, '').match(schemaKey) ?? []),
);

const lines = read('.env.example').split('\n');
const documented = lines.flatMap((line, at) => {
  const [, name, value = ''] = /^#?([A-Z][A-Z0-9_]*)=(.*)$/.exec(line) ?? [];
  return name ? [{ name, value, line, comment: lines[at - 1] ?? '' }] : [];
});

describe('.env.example', () => {
  it('names every variable of the configuration schemas, once, and no other', () => {
    const names = documented.map(({ name }) => name);
    assert.deepEqual(names, [...new Set(names)]);
    const missing = [...declared].filter((name) => !names.includes(name));
    const unknown = names.filter((name) => !declared.has(name));
    assert.deepEqual({ missing, unknown }, { missing: [], unknown: [] });
  });

  it('says in one line what each is for', () => {
    for (const { name, comment } of documented) assert.match(comment, /^# .+\.$/, name);
  });

  it('changes nothing when it is copied as it is', () => {
    for (const { name, line } of documented) assert.ok(line.startsWith('#'), name);
  });

  it('shows the defaults that a sandbox really has', () => {
    const defaults = sandboxDefaults(0);
    for (const { name, value } of documented) {
      if (name in defaults) assert.equal(value, defaults[name], name);
    }
  });
});
