import { inspect } from 'node:util';

// The terminal, or the other end of a pipe, may be gone before the command is: that must not end the command.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

/** What commands say to people: results on standard output, progress and complaints on standard error. */
export const print = {
  result: (text: string): void => void process.stdout.write(`${text}\n`),
  progress: (text: string): void => void process.stderr.write(`${text}\n`),
  error: (error: unknown): void => void process.stderr.write(`${typeof error === 'string' ? error : inspect(error)}\n`),
};
