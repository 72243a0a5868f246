import { idToBytes, type Transaction } from '@doffers/database';
import type { AuditEntry } from '../domain/audit.ts';

/** The audit trail: there is no way to change or remove an entry. */
export type AuditRepository = { add(entry: AuditEntry): Promise<void> };

export function createAuditRepository(tx: Transaction): AuditRepository {
  return {
    async add({ action, at, actorId, sessionId, subject, clientAddress, detail }) {
      await tx.query(
        `INSERT INTO audit_entry (action, at, actor_id, session_id, subject, client_address, detail)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
        [action, at, bytesOrNull(actorId), bytesOrNull(sessionId), subject, clientAddress, detail],
      );
    },
  };
}

function bytesOrNull(id: string | undefined): Buffer | null {
  return id === undefined ? null : idToBytes(id);
}
