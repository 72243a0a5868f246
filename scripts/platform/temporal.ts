import { join } from 'node:path';
import { devServerSettings } from '@doffers/temporal/dev-server';
import { searchAttributes } from '@doffers/workflows/contracts';
import { toolPath } from '../setup/tools.ts';
import { root, type Stack } from '../stack/stack.ts';
import { httpProbe } from '../supervisor/probes.ts';
import type { ProcessDefinition } from '../supervisor/process-definition.ts';
import { flags } from './flags.ts';
import { serverEnvironment } from './process-environment.ts';

const namespace = 'doffers';
const retentionDays = 30;

/** Temporal's server with its UI, on a database file of its own. */
export function temporal(stack: Stack, env: NodeJS.ProcessEnv): ProcessDefinition {
  const { grpc, ui, http, metrics } = stack.ports.temporal;
  const databaseFile = join(stack.runDir, 'temporal.db');
  const namespacePath = `/api/v1/namespaces/${namespace}`;
  return {
    name: 'temporal',
    command: toolPath('temporal'),
    args: [
      'server',
      'start-dev',
      '--ui-disable-news-fetch',
      ...flags({
        ip: '127.0.0.1',
        port: grpc,
        'ui-port': ui,
        'http-port': http,
        'metrics-port': metrics,
        'log-level': 'warn',
        namespace,
        'db-filename': databaseFile,
        'sqlite-pragma': ['journal_mode=wal', 'synchronous=1'],
        'dynamic-config-value': Object.entries(devServerSettings).map(([name, value]) => `${name}=${value}`),
        'search-attribute': searchAttributeTypes(),
      }),
    ],
    env: serverEnvironment(env),
    cwd: root,
    ports: { 'temporal.grpc': grpc, 'temporal.ui': ui, 'temporal.http': http, 'temporal.metrics': metrics },
    after: [],
    ready: httpProbe(http, namespacePath),
    stopGraceMs: 10_000,
    // The server makes its namespace with a retention of one day.
    configure: () => setRetention(`http://127.0.0.1:${http}${namespacePath}/update`),
  };
}

/** Unknown search attributes would keep a workflow retrying for ever, so they exist before any worker starts. */
function searchAttributeTypes(): string[] {
  return Object.values(searchAttributes).map(({ name, type }) => `${name}=${pascalCase(type)}`);
}

/** `KEYWORD_LIST` in the SDK is `KeywordList` for the server. */
function pascalCase(type: string): string {
  return type.toLowerCase().replace(/(^|_)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
}

async function setRetention(url: string): Promise<void> {
  const body = JSON.stringify({ config: { workflowExecutionRetentionTtl: `${retentionDays * 24 * 60 * 60}s` } });
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`retention could not be set: ${response.status} ${await response.text()}`);
}
