import { appendFileSync, mkdirSync } from 'node:fs';
import { print } from '../console/print.ts';
import { logFile, type Stack } from '../stack/stack.ts';
import { rotateLog, tryTo } from './log-files.ts';

export type Journal = (name: string, text: string) => void;

/** Tells people what the supervisor does, in its own log and, unless it is `quiet`, in the terminal. */
export function openJournal(stack: Stack, { quiet }: { quiet: boolean }): Journal {
  mkdirSync(stack.logsDir, { recursive: true, mode: 0o750 });
  const path = logFile(stack, 'supervisor');
  rotateLog(path);
  return (name, text) => {
    const line = `${name.padEnd(16)} ${text}`;
    tryTo(() => appendFileSync(path, `${new Date().toISOString()} ${line}\n`));
    if (!quiet) print.progress(line);
  };
}
