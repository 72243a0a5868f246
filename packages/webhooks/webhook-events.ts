import { createHash } from 'node:crypto';
import { type Database, type FieldCipher, isDuplicateKey, type Transaction, transaction } from '@doffers/database';

/**
 * The table of received webhooks; part of the first migration of a service that a provider reports to.
 *
 * The key is the SHA-256 of the body and nothing else: it is what the provider signed. An event id that comes in a
 * header is not signed, so a stranger could burn the id of an event that is still to come.
 */
export const webhookEventTable = `
  CREATE TABLE webhook_event (
    id              BINARY(32) NOT NULL PRIMARY KEY,
    body            MEDIUMBLOB NOT NULL,
    received_at     DATETIME(3) NOT NULL,
    attempts        INT UNSIGNED NOT NULL DEFAULT 0,
    next_attempt_at DATETIME(3) NOT NULL,
    applied_at      DATETIME(3) NULL,
    KEY ix_webhook_event_pending (applied_at, next_attempt_at)
  ) ENGINE = InnoDB`;

/**
 * Gives bodies their effect, inside the transaction that also marks them as applied: all of it happens or nothing does.
 * Answers what became of each thing that they report, in words fit for a metric's label.
 */
export type ApplyWebhooks = (tx: Transaction, bodies: readonly string[]) => Promise<readonly string[]>;

/** For reports that have nothing in common: each body is applied by itself. */
export function oneByOne(apply: (tx: Transaction, body: string) => Promise<readonly string[]>): ApplyWebhooks {
  return async (tx, bodies) => {
    const outcomes: string[] = [];
    for (const body of bodies) outcomes.push(...(await apply(tx, body)));
    return outcomes;
  };
}

/**
 * What became of a step: events applied, one put off because it failed, several left as they were because one of them
 * did (which one shows when they are applied alone), or nothing to do.
 */
export type Step =
  | { readonly kind: 'applied'; readonly events: number; readonly outcomes: readonly string[] }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'failed_together'; readonly events: number; readonly error: unknown }
  | { readonly kind: 'none' };

export type WebhookEvents = {
  /** Keeps a body whose signature was checked; answers whether it is new. Durable when it resolves. */
  store(body: Uint8Array): Promise<boolean>;
  /**
   * Applies the event that has waited longest, and up to `atOnce` together. Any number of processes may call it: they
   * never take the same one.
   */
  applyNext(apply: ApplyWebhooks, atOnce?: number): Promise<Step>;
  /** How long the oldest event has waited to be applied; 0 when none does. */
  lagSeconds(): Promise<number>;
  /** Forgets applied events older than `before`, a thousand at a time, and answers how many those were. */
  prune(before: Date): Promise<number>;
};

type Options = {
  readonly db: Database;
  readonly cipher: FieldCipher;
  readonly now?: () => Date;
};

const retryMaxMs = 10 * 60_000;

/**
 * Provider webhooks as they came: stored raw and encrypted before they are answered, applied afterwards. A provider
 * delivers in any order and any number of times, so what `apply` does must be idempotent by the event's own content.
 */
export function createWebhookEvents({ db, cipher, now = () => new Date() }: Options): WebhookEvents {
  return {
    async store(body) {
      const id = createHash('sha256').update(body).digest();
      // As base64, because a signature can be checked again only over the exact bytes.
      const sealed = cipher.seal(fieldOf(id), Buffer.from(body).toString('base64'));
      try {
        await db.query('INSERT INTO webhook_event (id, body, received_at, next_attempt_at) VALUES (?, ?, ?, ?)', [
          id,
          sealed,
          now(),
          now(),
        ]);
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },

    async applyNext(apply, atOnce = 1) {
      let claimed: readonly Claimed[] = [];
      try {
        return await transaction(db, async (tx) => {
          claimed = await claim(tx, now(), atOnce);
          if (claimed.length === 0) return { kind: 'none' };
          const bodies = claimed.map(({ id, body }) =>
            Buffer.from(cipher.open(fieldOf(id), body), 'base64').toString('utf8'),
          );
          const outcomes = await apply(tx, bodies);
          await tx.query('UPDATE webhook_event SET applied_at = ? WHERE id IN (?)', [
            now(),
            claimed.map(({ id }) => id),
          ]);
          return { kind: 'applied', events: claimed.length, outcomes };
        });
      } catch (error) {
        const [first, ...others] = claimed;
        if (first === undefined) throw error; // the database is away: nothing was taken, nothing to put off
        if (others.length > 0) return { kind: 'failed_together', events: claimed.length, error };
        await putOff(db, first, now());
        return { kind: 'failed', error };
      }
    },

    async lagSeconds() {
      const [oldest] = await db.query(
        'SELECT MIN(received_at) AS received_at FROM webhook_event WHERE applied_at IS NULL',
      );
      return oldest.received_at ? Math.max(0, (now().getTime() - oldest.received_at.getTime()) / 1_000) : 0;
    },

    async prune(before) {
      const { affectedRows } = await db.query('DELETE FROM webhook_event WHERE applied_at < ? LIMIT 1000', [before]);
      return affectedRows;
    },
  };
}

type Claimed = { readonly id: Buffer; readonly body: Buffer; readonly attempts: number };

/** The row lock is the claim: it ends with the transaction, also when this process does. */
function claim(tx: Transaction, now: Date, atOnce: number): Promise<readonly Claimed[]> {
  return tx.query(
    `SELECT id, body, attempts FROM webhook_event
      WHERE applied_at IS NULL AND next_attempt_at <= ?
      ORDER BY next_attempt_at LIMIT ? FOR UPDATE SKIP LOCKED`,
    [now, atOnce],
  );
}

/** One event that cannot be applied must not hold back the others: it waits longer each time, and is never dropped. */
async function putOff(db: Database, { id, attempts }: Claimed, now: Date): Promise<void> {
  const delayMs = Math.min(retryMaxMs, 500 * 2 ** Math.min(attempts, 20));
  await db.query('UPDATE webhook_event SET attempts = attempts + 1, next_attempt_at = ? WHERE id = ?', [
    new Date(now.getTime() + delayMs),
    id,
  ]);
}

const fieldOf = (id: Buffer) => ({ table: 'webhook_event', column: 'body', id: id.toString('hex') });
