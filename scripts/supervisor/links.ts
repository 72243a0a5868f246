import type { Stack } from '../stack/stack.ts';
import type { ProcessDefinition } from './process-definition.ts';

/** Where people look first, of the processes that were started. */
export function links({ ports }: Pick<Stack, 'ports'>, started: readonly Pick<ProcessDefinition, 'name'>[]): string {
  const pages = [
    { of: 'gateway', title: 'REST and its reference', port: ports.gateway.http, path: '/docs' },
    { of: 'gateway', title: "Envoy's numbers", port: ports.gateway.admin, path: '' },
    { of: 'temporal', title: 'Temporal UI', port: ports.temporal.ui, path: '' },
  ];
  return pages
    .filter(({ of }) => started.some(({ name }) => name === of))
    .map(({ title, port, path }) => `${title.padEnd(22)}  http://127.0.0.1:${port}${path}`)
    .join('\n');
}
