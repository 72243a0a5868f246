import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@doffers/process';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { ApplyWebhook, WebhookEvents } from './webhook-events.ts';

const keptDays = 30;
const housekeepingMs = 10_000;

export type WebhookApplier = {
  /** Looks for new events now instead of at the next poll. */
  wake(): void;
  /** Resolves when the event in hand is applied or rolled back. */
  stop(): Promise<void>;
};

type Options = {
  readonly events: WebhookEvents;
  readonly apply: ApplyWebhook;
  /** Who reports, for the metrics. */
  readonly provider: string;
  readonly log: Logger;
  readonly metrics: Registry;
  readonly pollMs?: number;
};

/**
 * Applies stored webhooks one by one as they come. The poll is for those that another process stored before it died,
 * and for those that failed; what this process stores is applied at once by `wake`.
 */
export function startWebhookApplier(options: Options): WebhookApplier {
  const { events, apply, provider, log, metrics, pollMs = 500 } = options;
  const meters = createMeters(metrics);
  let stopped = false;
  let waiting = new AbortController();

  const drain = async () => {
    while (!stopped) {
      waiting = new AbortController(); // before looking, so that a wake in between is not lost
      const step = await events.applyNext(apply);
      if (step.kind === 'none') return;
      for (const outcome of step.kind === 'applied' ? step.outcomes : ['error'])
        meters.events.inc({ provider, outcome });
      if (step.kind === 'failed') log.error({ err: step.error }, 'could not apply a webhook, it is tried again');
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
      if (!stopped) await sleep(pollMs, undefined, { signal: waiting.signal }).catch(() => undefined);
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
