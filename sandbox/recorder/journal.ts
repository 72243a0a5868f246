import {
  closeSync,
  createReadStream,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

export type Journal = {
  /** Calls back once the line is in the file, so that a reply sent from there survives `kill -9` of this process. */
  append(line: string, onWritten?: () => void): void;
  /** Writes now what was appended, for whoever answers in the same turn of the event loop. */
  flush(): void;
  lines(): AsyncIterable<string>;
  reset(): void;
  close(): void;
};

/** An append-only file of lines. Everything that arrives in one turn of the event loop is one write. */
export function createJournal(path: string): Journal {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, 'a+');
  dropTornLine(file);
  let pending: string[] = [];
  let callbacks: (() => void)[] = [];
  let closed = false;

  function flush(): void {
    if (pending.length === 0) return;
    const text = `${pending.join('\n')}\n`;
    const written = callbacks;
    pending = [];
    callbacks = [];
    writeAll(file, Buffer.from(text));
    for (const callback of written) callback();
  }

  return {
    append(line, onWritten) {
      // What is still on its way when the process stops is refused: it gets no answer.
      if (closed) return;
      if (pending.length === 0) setImmediate(flush);
      pending.push(line);
      if (onWritten) callbacks.push(onWritten);
    },
    flush,
    async *lines() {
      flush();
      const input = createReadStream(path, { encoding: 'utf8', highWaterMark: 1024 * 1024 });
      let rest = '';
      for await (const chunk of input as AsyncIterable<string>) {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        yield* lines;
      }
    },
    reset() {
      flush();
      ftruncateSync(file);
    },
    close() {
      flush();
      closed = true;
      closeSync(file);
    },
  };
}

function writeAll(file: number, bytes: Buffer): void {
  let offset = 0;
  while (offset < bytes.length) offset += writeSync(file, bytes, offset);
}

/** A crash of the machine can leave half a line at the end; nobody was told that it was accepted. */
function dropTornLine(file: number): void {
  const { size } = fstatSync(file);
  const tail = Buffer.alloc(Math.min(size, 64 * 1024));
  readSync(file, tail, 0, tail.length, size - tail.length);
  const end = size - tail.length + tail.lastIndexOf(10) + 1;
  if (end < size) ftruncateSync(file, end);
}
