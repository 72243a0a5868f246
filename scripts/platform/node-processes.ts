import { type ServiceName, serviceNames } from '@doffers/topology';
import { root, type Stack } from '../stack/stack.ts';
import { httpProbe } from '../supervisor/probes.ts';
import type { ProcessDefinition } from '../supervisor/process-definition.ts';
import { databaseUrlsOf, dataServices, processEnvironment } from './process-environment.ts';

type NodeProcess = Pick<ProcessDefinition, 'name' | 'args' | 'ports' | 'after' | 'stopGraceMs'> & {
  readonly opsPort: number;
  readonly readyPath?: string;
  readonly env?: Record<string, string>;
};

/** The services. They wait for their datastores only; Temporal and the other services may come and go. */
export function services(stack: Stack, env: NodeJS.ProcessEnv): ProcessDefinition[] {
  const urls = databaseUrlsOf(env, stack);
  const databaseOf = (name: ServiceName): Record<string, string> => {
    const service = dataServices.find((candidate) => candidate === name);
    return service ? { DATABASE_URL: urls[service].rows, DATABASE_MIGRATION_URL: urls[service].migrations } : {};
  };
  return serviceNames.map((name) => {
    const { grpcPort, opsPort } = stack.ports.services[name];
    return nodeProcess(stack, env, {
      name,
      args: [`services/${name}/server.ts`],
      env: databaseOf(name),
      ports: { [`services.${name}.grpcPort`]: grpcPort, [`services.${name}.opsPort`]: opsPort },
      after: ['mariadb', 'redis'],
      opsPort,
      stopGraceMs: 16_000,
    });
  });
}

/** The two workers. They stop last of what they call, and may take half a minute to finish what they have begun. */
export function workers(stack: Stack, env: NodeJS.ProcessEnv): ProcessDefinition[] {
  return (['workflow', 'activity'] as const).map((role) => {
    const { ops, sdkMetrics } = stack.ports.workers[role];
    return nodeProcess(stack, env, {
      name: `worker-${role}`,
      args: ['workflows/worker.ts', role],
      ports: { [`workers.${role}.ops`]: ops, [`workers.${role}.sdkMetrics`]: sdkMetrics },
      after: ['temporal', ...serviceNames],
      opsPort: ops,
      stopGraceMs: 40_000,
    });
  });
}

/** The outside world; production has the real one. */
export function sandbox(stack: Stack, env: NodeJS.ProcessEnv): ProcessDefinition {
  const { http, tls } = stack.ports.sandbox;
  return nodeProcess(stack, env, {
    name: 'sandbox',
    args: ['sandbox/server.ts'],
    ports: { 'sandbox.http': http, 'sandbox.tls': tls },
    after: [],
    opsPort: http,
    readyPath: '/healthz',
    stopGraceMs: 5_000,
  });
}

function nodeProcess(stack: Stack, env: NodeJS.ProcessEnv, options: NodeProcess): ProcessDefinition {
  const { opsPort, readyPath = '/readyz', env: own = {}, ...process } = options;
  return {
    ...process,
    command: globalThis.process.execPath,
    env: { ...processEnvironment(env, stack), ...own },
    cwd: root,
    ready: httpProbe(opsPort, readyPath),
    alive: httpProbe(opsPort, '/healthz'),
  };
}
