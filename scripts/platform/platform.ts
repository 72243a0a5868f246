import type { Stack } from '../stack/stack.ts';
import type { ProcessDefinition } from '../supervisor/process-definition.ts';
import { envoy } from './envoy.ts';
import { mariadb } from './mariadb.ts';
import { sandbox, services, workers } from './node-processes.ts';
import { isProduction } from './process-environment.ts';
import { redis } from './redis.ts';
import { seaweedfs } from './seaweedfs.ts';
import { temporal } from './temporal.ts';

/** Every process of a native stack. The order is the one that people read; what waits for what stands in each. */
export function platform(stack: Stack, env: NodeJS.ProcessEnv): ProcessDefinition[] {
  return [
    mariadb(stack, env),
    redis(stack, env),
    temporal(stack, env),
    seaweedfs(stack, env),
    ...(isProduction(env) ? [] : [sandbox(stack, env)]),
    ...services(stack, env),
    ...workers(stack, env),
    envoy(stack, env),
  ];
}

/** The servers that integration tests meet, without the platform's own processes. */
export const serverNames = ['mariadb', 'redis', 'temporal', 's3', 'sandbox'];
