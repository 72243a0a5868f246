import { type Database, transaction } from '@doffers/database';
import { type Logger, startWatch, type Watch } from '@doffers/process';
import { Gauge, type Registry } from 'prom-client';
import { createLedgerChain, firstIdAt } from './ledger-chain.ts';

const batchSize = 500;
/** Longer than any transaction lives: a journal that is committed late lies behind others by its id. */
const lateMs = 60_000;

type Options = {
  readonly db: Database;
  readonly log: Logger;
  readonly metrics: Registry;
  readonly now: () => Date;
  readonly pollMs?: number;
};

/**
 * Seals journals a moment after they are written, off their way. Any number of processes may run it: they take turns at
 * the end of the chain. The first look goes through the whole ledger, so what was left by a crash is sealed.
 */
export function startLedgerSealer({ db, log, metrics, now, pollMs = 1_000 }: Options): Watch {
  let after = firstIdAt(new Date(0));
  let sealedUpTo = now();
  new Gauge({
    name: 'doffers_ledger_unsealed_seconds',
    help: 'Since when journals may be waiting to be sealed into the chain.',
    registers: [metrics],
    collect() {
      this.set((now().getTime() - sealedUpTo.getTime()) / 1_000);
    },
  });
  return startWatch(
    async (signal) => {
      after = await sealAll(db, { after, now, signal });
      sealedUpTo = now();
    },
    { log, waits: 'journals wait to be sealed', pollMs },
  );
}

/** Seals what there is, and answers from which id on to look the next time. */
export async function sealAll(
  db: Database,
  { after, now, signal }: { readonly after: Buffer; readonly now: () => Date; readonly signal?: AbortSignal },
): Promise<Buffer> {
  const started = now();
  for (;;) {
    const sealed = await transaction(db, (tx) => createLedgerChain(tx).seal({ after, limit: batchSize, at: now() }));
    if (sealed < batchSize) return firstIdAt(new Date(started.getTime() - lateMs));
    if (signal?.aborted) return after;
  }
}
