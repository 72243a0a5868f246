import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { toolPath } from '../setup/tools.ts';
import { root, type Stack } from '../stack/stack.ts';
import { redisProbe } from '../supervisor/probes.ts';
import type { ProcessDefinition } from '../supervisor/process-definition.ts';
import { flags } from './flags.ts';
import { unpackedLibraries } from './mariadb.ts';
import { serverEnvironment } from './process-environment.ts';

/** Redis, which keeps limits, codes and caches over a restart but is nobody's system of record. */
export function redis(stack: Stack, env: NodeJS.ProcessEnv): ProcessDefinition {
  const dataDir = join(stack.runDir, 'redis');
  const { port } = stack.ports.redis;
  const options = { bind: '127.0.0.1', port, dir: dataDir, appendonly: 'yes', save: '' };
  return {
    name: 'redis',
    command: toolPath('redis-server'),
    args: flags(options),
    env: { ...serverEnvironment(env), ...unpackedLibraries() },
    cwd: root,
    ports: { 'redis.port': port },
    after: [],
    ready: redisProbe(port),
    stopGraceMs: 5_000,
    prepare: async () => void (await mkdir(dataDir, { recursive: true, mode: 0o700 })),
  };
}
