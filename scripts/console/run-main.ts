import { CommandError } from './command-error.ts';
import { print } from './print.ts';
import { endRunningCommands } from './run-command.ts';

/**
 * Runs a command to its end. A `CommandError` is a message for a person; anything else is a bug with its stack.
 * Ctrl-C ends the command with everything it runs, unless it deals with signals itself.
 */
export async function runMain(
  main: () => Promise<number | void>,
  { ownSignals = false }: { ownSignals?: boolean } = {},
): Promise<void> {
  if (!ownSignals) {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        endRunningCommands();
        process.exit(130);
      });
    }
  }
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    print.error(error instanceof CommandError ? `✗ ${error.message}` : error);
    process.exitCode = 1;
  }
}
