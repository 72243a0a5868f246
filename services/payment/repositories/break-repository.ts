import { idToBytes, newId, type Transaction } from '@doffers/database';
import type { BreakKind, Payment } from '../domain/payment.ts';

export type BreakRepository = {
  /** Records what does not add up, once for each kind and payment. */
  record(kind: BreakKind, payment: Payment, at: Date): Promise<void>;
};

export function createBreakRepository(tx: Transaction): BreakRepository {
  return {
    async record(kind, payment, at) {
      await tx.query(
        `INSERT INTO recon_break (id, kind, reference, details, found_at) VALUES (?, ?, ?, ?, ?)
           ON DUPLICATE KEY UPDATE kind = kind`,
        [idToBytes(newId()), kind, payment.id, JSON.stringify(payment), at],
      );
    },
  };
}
