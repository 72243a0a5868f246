import { setTimeout as sleep } from 'node:timers/promises';
import { createExchange } from '@doffers/provider-http';

export type Webhook = {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
};

export type WebhookSender = {
  /** Delivers now or, when the receiver does not answer 200, again and again with growing pauses. */
  send(webhook: Webhook): void;
  counts(): WebhookCounts;
  close(): Promise<void>;
};

export type WebhookCounts = { delivered: number; attempts: number; waiting: number; givenUp: number };

export type WebhookSenderOptions = {
  readonly concurrency?: number;
  /** First pause; each further one is twice as long, at most `maxPauseMs`. */
  readonly firstPauseMs?: number;
  readonly maxPauseMs?: number;
  /** A provider stops after days; a receiver that has been away longer has lost the event. */
  readonly giveUpAfterMs?: number;
};

/**
 * Webhooks are at least once and in no order: as a real provider, it repeats until it has seen a 200, and a receiver
 * that is slow or away delays its own events only.
 */
export function createWebhookSender(options: WebhookSenderOptions = {}): WebhookSender {
  const { concurrency = 16, firstPauseMs = 250, maxPauseMs = 30_000, giveUpAfterMs = 24 * 3_600_000 } = options;
  const exchanges = new Map<string, ReturnType<typeof createExchange>>();
  const counts: WebhookCounts = { delivered: 0, attempts: 0, waiting: 0, givenUp: 0 };
  const stop = new AbortController();
  const queue: { webhook: Webhook; attempt: number; firstAtMs: number }[] = [];
  let active = 0;

  function exchangeTo(origin: string) {
    const known = exchanges.get(origin);
    if (known) return known;
    const created = createExchange({ origin, connections: concurrency, deadlineMs: 10_000 });
    exchanges.set(origin, created);
    return created;
  }

  function pump(): void {
    while (active < concurrency) {
      const next = queue.shift();
      if (!next) return;
      active++;
      void attempt(next).finally(() => {
        active--;
        pump();
      });
    }
  }

  async function attempt(entry: (typeof queue)[number]): Promise<void> {
    const { origin, pathname, search } = new URL(entry.webhook.url);
    counts.attempts++;
    const outcome = await exchangeTo(origin).send({
      method: 'POST',
      path: pathname + search,
      headers: entry.webhook.headers,
      body: entry.webhook.body,
      signal: stop.signal,
    });
    if (outcome.kind === 'reply' && outcome.status === 200) {
      counts.delivered++;
      counts.waiting--;
      return;
    }
    void retryLater({ ...entry, attempt: entry.attempt + 1 });
  }

  async function retryLater(entry: (typeof queue)[number]): Promise<void> {
    if (Date.now() - entry.firstAtMs > giveUpAfterMs) {
      counts.givenUp++;
      counts.waiting--;
      return;
    }
    const pauseMs = Math.min(firstPauseMs * 2 ** (entry.attempt - 1), maxPauseMs);
    const stopped = await sleep(pauseMs * (0.75 + Math.random() / 2), false, { signal: stop.signal, ref: false }).catch(
      () => true,
    );
    if (stopped) return;
    queue.push(entry);
    pump();
  }

  return {
    send(webhook) {
      counts.waiting++;
      queue.push({ webhook, attempt: 0, firstAtMs: Date.now() });
      pump();
    },
    counts: () => ({ ...counts }),
    async close() {
      stop.abort();
      queue.length = 0;
      await Promise.all([...exchanges.values()].map((exchange) => exchange.close()));
    },
  };
}
