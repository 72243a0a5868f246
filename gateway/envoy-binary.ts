import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where Envoy is: `ENVOY_BIN`, else where set-up puts it. */
export function envoyBinary(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const program = env.ENVOY_BIN ?? join(import.meta.dirname, '../.tools/bin/envoy');
  if (!existsSync(program)) throw new Error(`there is no Envoy at ${program}; run \`npm run setup\``);
  return program;
}

/** Hot restart is off, since it would let only one Envoy live on a machine; the access log is written every second. */
export function envoyArguments(configFile: string): readonly string[] {
  const options = ['--disable-hot-restart', '--log-level', 'warning', '--file-flush-interval-msec', '1000'];
  return ['-c', configFile, ...options];
}
