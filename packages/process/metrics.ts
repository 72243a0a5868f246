import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** The metrics of one process, with Node's own. Names start with `doffers_`, count in base units, and carry no ids. */
export function createMetrics(name: string): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const info = new Gauge({
    name: 'doffers_process_info',
    help: 'Which process of the platform this is; always 1.',
    labelNames: ['process', 'node'],
    registers: [registry],
  });
  info.set({ process: name, node: process.version }, 1);
  return registry;
}
