import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@doffers/process';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { ApplyWebhooks, WebhookEvents } from './webhook-events.ts';

const keptDays = 30;
const housekeepingMs = 10_000;

export type WebhookApplier = {
  /** Looks for new events now, instead of after the rest or at the next poll. */
  wake(): void;
  /** Resolves when the event in hand is applied or rolled back. */
  stop(): Promise<void>;
};

type Options = {
  readonly events: WebhookEvents;
  readonly apply: ApplyWebhooks;
  /** Events of one transaction at most; 1 when nothing is gained by more. */
  readonly atOnce?: number;
  /**
   * How long to let events gather before the next look, for effects that nobody waits for; `wake` ends it. It rests at
   * least as long as it has worked, so that what people do wait for comes first on a busy machine; a full transaction
   * means a backlog, and no more rest than that.
   */
  readonly restMs?: number;
  /** Who reports, for the metrics. */
  readonly provider: string;
  readonly log: Logger;
  readonly metrics: Registry;
  readonly pollMs?: number;
};

/**
 * Applies stored webhooks as they come. The poll is for those that another process stored before it died,
 * and for those that failed; what this process stores is applied at once by `wake`.
 */
export function startWebhookApplier(options: Options): WebhookApplier {
  const { events, apply, provider, log, metrics, atOnce = 1, restMs = 0, pollMs = 500 } = options;
  const meters = createMeters(metrics);
  let stopped = false;
  let waiting = new AbortController();

  const rest = (ms: number) => sleep(ms, undefined, { signal: waiting.signal }).catch(() => undefined);

  const drain = async () => {
    // After several failed together, so many are taken one by one: all but the cause are applied.
    let alone = 0;
    while (!stopped) {
      waiting = new AbortController(); // before looking, so that a wake in between is not lost
      const startedAt = performance.now();
      const step = await events.applyNext(apply, alone > 0 ? 1 : atOnce);
      alone = step.kind === 'failed_together' ? step.events : Math.max(0, alone - 1);
      if (step.kind === 'none') return;
      if (step.kind === 'failed_together') {
        log.warn({ err: step.error, events: step.events }, 'could not apply webhooks together, they are applied alone');
        continue;
      }
      for (const outcome of step.kind === 'applied' ? step.outcomes : ['error'])
        meters.events.inc({ provider, outcome });
      if (step.kind === 'failed') log.error({ err: step.error }, 'could not apply a webhook, it is tried again');
      if (restMs > 0) {
        const isFull = step.kind === 'applied' && step.events === atOnce;
        await rest(Math.max(performance.now() - startedAt, isFull ? 0 : restMs));
      }
    }
  };

  const housekeep = async () => {
    meters.lag.set({ provider }, await events.lagSeconds());
    await events.prune(new Date(Date.now() - keptDays * 24 * 3_600_000));
  };

  const run = async () => {
    let nextHousekeeping = 0;
    while (!stopped) {
      try {
        await drain();
        if (Date.now() >= nextHousekeeping) {
          nextHousekeeping = Date.now() + housekeepingMs;
          await housekeep();
        }
      } catch (err) {
        if (!stopped) log.warn({ err }, 'cannot reach the stored webhooks');
      }
      if (!stopped) await rest(pollMs);
    }
  };

  const running = run();
  return {
    wake: () => waiting.abort(),
    async stop() {
      stopped = true;
      waiting.abort();
      await running;
    },
  };
}

function createMeters(registry: Registry) {
  return {
    events: new Counter({
      name: 'doffers_webhook_events_total',
      help: 'What providers reported, by what became of it; error: it could not be applied yet and is tried again.',
      labelNames: ['provider', 'outcome'],
      registers: [registry],
    }),
    lag: new Gauge({
      name: 'doffers_webhook_lag_seconds',
      help: 'Age of the oldest webhook that has not been applied yet; 0 when there is none.',
      labelNames: ['provider'],
      registers: [registry],
    }),
  };
}
