import { runProcess } from '../run-process.ts';

/** A process whose behaviour its first argument chooses; `run-process.itest.ts` starts it and looks at its end. */
const [behaviour] = process.argv.slice(2);
const keepAlive = setInterval(() => undefined, 1_000);

const behaviours: Record<string, () => Promise<void>> = {
  runs: async () => undefined,
  throws: async () => void setImmediate(() => fail()),
  rejects: async () => void Promise.reject(new Error('call 9876543210 back')),
  'fails to start': () => Promise.reject(new Error('call 9876543210 back')),
  'stops badly': async () => undefined,
  hangs: async () => undefined,
};

function fail(): never {
  throw new Error('call 9876543210 back');
}

runProcess(
  'test',
  async (shutdown) => {
    shutdown.onStop('timer', () => clearInterval(keepAlive));
    if (behaviour === 'stops badly') shutdown.onStop('part', fail);
    if (behaviour === 'hangs') shutdown.onStop('part', () => new Promise(() => undefined));
    await behaviours[behaviour ?? '']?.();
    process.stdout.write('started\n');
  },
  { stopWithinMs: 300 },
);
