import { idToBytes, newId, type Transaction } from '@doffers/database';
import type { BreakKind } from '../domain/payment.ts';

/** What it is about, as it is shown to the person who looks at it. */
type BreakSubject = { readonly id: string; readonly [fact: string]: unknown };

export type BreakRepository = {
  /** Records what does not add up, once for each kind and subject. */
  record(kind: BreakKind, about: BreakSubject, at: Date): Promise<void>;
};

export function createBreakRepository(tx: Transaction): BreakRepository {
  return {
    async record(kind, about, at) {
      await tx.query(
        `INSERT INTO recon_break (id, kind, reference, details, found_at) VALUES (?, ?, ?, ?, ?)
           ON DUPLICATE KEY UPDATE kind = kind`,
        [idToBytes(newId()), kind, about.id, JSON.stringify(about), at],
      );
    },
  };
}
