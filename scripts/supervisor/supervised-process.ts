import { setTimeout as sleep } from 'node:timers/promises';
import { duration } from '../console/format.ts';
import { logFile, type Stack } from '../stack/stack.ts';
import { countFailure, restartDelayMs } from './back-off.ts';
import { endProcess } from './end-process.ts';
import { type HealthState, type WatchTimes, waitUntilReady, watchHealth, watchTimes } from './health-watch.ts';
import { type Launched, launch } from './launch.ts';
import { lastLines } from './log-files.ts';
import type { ProcessDefinition } from './process-definition.ts';
import type { ProcessIdentity } from './process-identity.ts';

export type ProcessState = 'waiting' | 'starting' | HealthState | 'backing off' | 'stopping' | 'stopped';

export type ProcessStatus = {
  readonly name: string;
  readonly state: ProcessState;
  readonly port: number | undefined;
  readonly restarts: number;
  readonly identity?: ProcessIdentity;
  readonly startedAt?: number;
  /** Why it ended the last time, and when. */
  readonly lastEnd?: { readonly why: string; readonly at: number };
};

export type SupervisedProcess = {
  readonly definition: ProcessDefinition;
  /** Starts it and keeps it running; resolves once it is ready for the first time. @throws Error when it never is */
  start(): Promise<void>;
  stop(): Promise<void>;
  status(): ProcessStatus;
};

type Deps = {
  readonly stack: Stack;
  readonly say: (name: string, text: string) => void;
  readonly onChange: () => void;
  readonly times?: WatchTimes;
};

/** A process that ends so often before it was ever ready will not be, however often it is tried. */
const firstAttempts = 3;
const killHangingAfterMs = 2_000;

/** Keeps one process running: starts it, looks after its health, and starts it again with back-off when it ends. */
export function superviseProcess(definition: ProcessDefinition, deps: Deps): SupervisedProcess {
  const { name } = definition;
  const { stack, say, onChange, times = watchTimes } = deps;
  const stopping = new AbortController();
  const firstReady = Promise.withResolvers<void>();
  firstReady.promise.catch(() => undefined); // whoever started it hears of it
  let state: ProcessState = 'waiting';
  let current: Launched | undefined;
  let loop: Promise<void> | undefined;
  let restarts = 0;
  let failures = 0;
  let everReady = false;
  let lastEnd: ProcessStatus['lastEnd'];

  function enter(next: ProcessState): void {
    if (state === next) return;
    state = next;
    onChange();
  }

  /** One life of the process, from its start to its end; answers for how long it was ready. */
  async function live(): Promise<number> {
    await definition.prepare?.();
    enter('starting');
    const began = performance.now();
    current = await launch(definition, stack);
    onChange();
    const life = new AbortController();
    let readySince: number | undefined;
    const hanging = (async () => {
      await waitUntilReady(definition, life.signal, times);
      await definition.configure?.();
      readySince = performance.now();
      say(name, `ready in ${duration(readySince - began)}`);
      enter('ready');
      everReady = true;
      firstReady.resolve();
      await watchHealth(definition, life.signal, { times, onState: enter });
      return 'it did not answer any more';
    })().catch((error: unknown) => String(error instanceof Error ? error.message : error));
    const stopped = new Promise<string>((resolve) => {
      stopping.signal.addEventListener('abort', () => resolve('stopped'), { signal: life.signal });
      if (stopping.signal.aborted) resolve('stopped');
    });

    const why = await Promise.race([current.exited, hanging, stopped]);
    const graceMs = stopping.signal.aborted ? definition.stopGraceMs : killHangingAfterMs;
    if (stopping.signal.aborted) enter('stopping');
    life.abort();
    if (!(await endProcess(current.identity, graceMs))) say(name, `pid ${current.identity.pid} could not be ended`);
    await current.exited;
    await definition.cleanUp?.();
    current = undefined;
    lastEnd = { why, at: Date.now() };
    return readySince === undefined ? 0 : performance.now() - readySince;
  }

  async function keepRunning(): Promise<void> {
    for (;;) {
      const readyMs = await live().catch((error: unknown) => {
        lastEnd = { why: error instanceof Error ? error.message : String(error), at: Date.now() };
        return 0;
      });
      if (stopping.signal.aborted) return enter('stopped');
      failures = countFailure(failures, readyMs);
      if (!everReady && failures >= firstAttempts) return giveUp();
      const delay = restartDelayMs(failures);
      say(name, `ended (${lastEnd?.why}); starting again in ${duration(delay)}`);
      restarts += 1;
      state = 'backing off';
      onChange();
      await sleep(delay, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return enter('stopped');
    }
  }

  async function giveUp(): Promise<void> {
    enter('stopped');
    const log = logFile(stack, name);
    const lines = await lastLines(log, 12);
    firstReady.reject(
      new Error(
        `${name} does not start (${lastEnd?.why}). The end of ${log}:\n${lines.map((line) => `  ${line}`).join('\n')}`,
      ),
    );
  }

  return {
    definition,
    start() {
      if (!stopping.signal.aborted) loop ??= keepRunning();
      return firstReady.promise;
    },
    async stop() {
      stopping.abort();
      firstReady.reject(new Error(`${name} was stopped before it was ready`));
      await loop;
      enter('stopped');
    },
    status: () => ({
      name,
      state,
      port: Object.values(definition.ports)[0],
      restarts,
      ...(current && { identity: current.identity, startedAt: current.startedAt }),
      ...(lastEnd && { lastEnd }),
    }),
  };
}
