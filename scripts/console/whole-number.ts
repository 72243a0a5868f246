import { CommandError } from './command-error.ts';

/** Reads an option. @throws CommandError when it is no whole number, or below the least */
export function wholeNumber(text: string, option: string, least = 1): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least) {
    throw new CommandError(`${option} is a whole number from ${least} on`);
  }
  return value;
}
