import { closeSync, copyFileSync, mkdirSync, openSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const maxBytes = 64 * 1024 * 1024;

/** Opens a log for appending; what is written to the same file from elsewhere is never overwritten. */
export function openLog(path: string): { readonly fd: number; close(): void } {
  mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
  const fd = openSync(path, 'a', 0o640);
  return { fd, close: () => closeSync(fd) };
}

/**
 * Keeps one old generation of a log that has grown large. The file is emptied in place, because the process holds it
 * open; every writer appends, so nothing tears.
 */
export function rotateLog(path: string, limit = maxBytes): void {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) <= limit) return;
  copyFileSync(path, `${path}.1`);
  truncateSync(path);
}

/** Rotates every log in a folder: those of the processes, and those that processes write themselves. */
export function rotateLogs(dir: string): void {
  tryTo(() => {
    for (const file of readdirSync(dir).filter((name) => name.endsWith('.log'))) rotateLog(join(dir, file));
  });
}

/** What only tells people something may fail: a full disk or a removed folder must not end the supervisor. */
export function tryTo(write: () => void): void {
  try {
    write();
  } catch {
    // There is nowhere left to say it.
  }
}

/** The last lines of a log, for a message about a process that does not start. */
export async function lastLines(path: string, count: number): Promise<string[]> {
  const file = await open(path).catch(() => undefined);
  if (!file) return [];
  try {
    const { size } = await file.stat();
    const length = Math.min(size, 16 * 1024);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString().trimEnd().split('\n').slice(-count);
  } finally {
    await file.close();
  }
}
