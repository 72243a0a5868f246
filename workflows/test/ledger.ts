import { DatabaseSync } from 'node:sqlite';
import { DomainError } from '@doffers/errors';

export type Entry = { readonly state: 'applied' | 'undone'; readonly amount: number };

/**
 * Stands for a service that moves money: each key takes effect once, always for the same amount, and never again after
 * it was undone. In a file, so that worker processes of a test share it and it outlives them.
 */
export class Ledger {
  readonly #db: DatabaseSync;

  constructor(file: string) {
    this.#db = new DatabaseSync(file);
    this.#db.exec(`PRAGMA busy_timeout = 5000;
      CREATE TABLE IF NOT EXISTS entry (key TEXT PRIMARY KEY, state TEXT NOT NULL, amount INTEGER NOT NULL);
      CREATE TABLE IF NOT EXISTS call (n INTEGER PRIMARY KEY, name TEXT NOT NULL)`);
  }

  /** @throws DomainError VOIDED when the key was undone before, IDEMPOTENCY_KEY_REUSED for another amount */
  apply(key: string, amount: number): void {
    this.#db.prepare(`INSERT INTO entry VALUES (?, 'applied', ?) ON CONFLICT (key) DO NOTHING`).run(key, amount);
    const entry = this.find(key);
    if (entry?.state === 'undone') throw new DomainError('failed_precondition', 'VOIDED', `${key} was undone`);
    if (entry?.amount !== amount)
      throw new DomainError('already_exists', 'IDEMPOTENCY_KEY_REUSED', `${key} is another`);
  }

  /** Leaves a tombstone also when there is nothing to undo: a call on its way must not take effect afterwards. */
  undo(key: string): void {
    this.#db
      .prepare(`INSERT INTO entry VALUES (?, 'undone', 0) ON CONFLICT (key) DO UPDATE SET state = 'undone'`)
      .run(key);
  }

  find(key: string): Entry | undefined {
    return this.#db.prepare('SELECT state, amount FROM entry WHERE key = ?').get(key) as Entry | undefined;
  }

  /** Notes that an activity was called, for tests that ask in which order. */
  note(name: string): void {
    this.#db.prepare('INSERT INTO call (name) VALUES (?)').run(name);
  }

  calls(): readonly string[] {
    return this.#db
      .prepare('SELECT name FROM call ORDER BY n')
      .all()
      .map(({ name }) => String(name));
  }

  close(): void {
    this.#db.close();
  }
}
