import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Registry } from 'prom-client';
import { watchOpenBreaks } from './open-breaks-metric.ts';

it('metrics are read also while open breaks cannot be counted', async () => {
  const registry = new Registry();
  let open: () => Promise<number> = () => Promise.reject(new Error('connection refused'));
  watchOpenBreaks(registry, () => open());
  assert.match(await registry.metrics(), /^doffers_reconciliation_open_breaks Nan$/im);
  open = async () => 2;
  assert.match(await registry.metrics(), /^doffers_reconciliation_open_breaks 2$/m);
});
