import type { Stack } from '../stack/stack.ts';
import { runServiceCommand } from './service-command.ts';

/** Runs auth's own command that makes an administrator. */
export function createAdmin(stack: Stack, args: readonly string[]): Promise<{ code: number; output: string }> {
  return runServiceCommand(stack, { service: 'auth', program: 'admin-create.ts' }, args);
}
