import { availableParallelism } from 'node:os';
import { breakingChanges } from './checks/breaking-changes.ts';
import { composeFile } from './checks/compose.ts';
import { gatewayConfig } from './checks/gateway.ts';
import { generatedCode } from './checks/generated.ts';
import { runChecks } from './checks/run-checks.ts';
import { type Check, command } from './checks/step.ts';
import { duration } from './console/format.ts';
import { print } from './console/print.ts';
import { runMain } from './console/run-main.ts';

// Folders by name: tools that walk everything would spend minutes in node_modules and .run.
const code = ['packages', 'services', 'workflows', 'sandbox', 'gateway', 'scripts'];

/** The slow ones first, so that none of them runs alone at the end. */
const checks: readonly Check[] = [
  command('lint (oxlint, with types)', 'oxlint', '--type-aware', ...code, 'test'),
  command('types (tsc)', 'tsc', '--noEmit', '-p', '.'),
  gatewayConfig,
  generatedCode,
  command('unused code (knip)', 'knip'),
  command('import rules (dependency-cruiser)', 'depcruise', '--config', '.dependency-cruiser.mjs', ...code),
  breakingChanges,
  command('protos (buf lint)', 'buf', 'lint'),
  command('format (biome)', 'biome', 'check', '--linter-enabled=false', '.'),
  composeFile,
];

await runMain(async () => {
  const started = performance.now();
  const failures = await runChecks(checks, availableParallelism());
  const took = duration(performance.now() - started);
  print.result(failures === 0 ? `✓ all ${checks.length} checks in ${took}` : `✗ ${failures} checks failed, ${took}`);
  return failures === 0 ? 0 : 1;
});
