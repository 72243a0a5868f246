import { CommandError } from '../console/command-error.ts';
import { duration } from '../console/format.ts';
import { print } from '../console/print.ts';
import type { Stack } from '../stack/stack.ts';
import { certificates } from './certificates.ts';
import { databaseServers } from './database-servers.ts';
import { signingKeys } from './keys.ts';
import { pythonTools } from './python-tools.ts';
import { reservedPorts } from './reserved-ports.ts';
import type { Step } from './step.ts';

/** Provides everything that a stack needs to start. What is there already is left alone and not mentioned. */
export async function prepare(stack: Stack): Promise<void> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new CommandError(
      'the native servers are pinned for Linux on x86-64; elsewhere use Docker: docker compose up',
    );
  }
  for (const step of [pythonTools, databaseServers, signingKeys(stack), certificates(stack), reservedPorts(stack)])
    await perform(step);
}

async function perform(step: Step): Promise<void> {
  if (await step.isDone()) return;
  const started = performance.now();
  print.progress(`» ${step.name}`);
  await step.run();
  print.progress(`✓ ${step.name} (${duration(performance.now() - started)})`);
}
