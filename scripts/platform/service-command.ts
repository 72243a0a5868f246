import { runCommand } from '../console/run-command.ts';
import { root, type Stack } from '../stack/stack.ts';
import { type DataService, databaseUrlsOf, processEnvironment } from './process-environment.ts';

/** A program of a service beside its server. */
type ServiceCommand = { readonly service: DataService; readonly program: string; readonly timeoutMs?: number };

/** Runs a service's own command with the environment that the service has in this stack. */
export function runServiceCommand(
  stack: Stack,
  { service, program, timeoutMs = 60_000 }: ServiceCommand,
  args: readonly string[] = [],
): Promise<{ code: number; output: string }> {
  const { rows, migrations } = databaseUrlsOf(process.env, stack)[service];
  const env = {
    ...processEnvironment(process.env, stack),
    DATABASE_URL: rows,
    DATABASE_MIGRATION_URL: migrations,
  };
  return runCommand(process.execPath, [`services/${service}/${program}`, ...args], { cwd: root, env, timeoutMs });
}
