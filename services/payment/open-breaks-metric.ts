import { Gauge, type Registry } from 'prom-client';

/**
 * Shows how many breaks wait for a person; counted when the metrics are read, so that a restart does not hide any. While
 * they cannot be counted it says so (NaN): the other metrics are read all the same, then above all.
 */
export function watchOpenBreaks(registry: Registry, countOpenBreaks: () => Promise<number>): void {
  new Gauge({
    name: 'doffers_reconciliation_open_breaks',
    help: 'Breaks of reconciliation that nobody has resolved; NaN while the database does not answer',
    registers: [registry],
    async collect() {
      this.set(await countOpenBreaks().catch(() => Number.NaN));
    },
  });
}
