import { type FieldCipher, idToBytes, type Transaction } from '@doffers/database';
import { normalRecoveryCode, type SecondFactor } from '../domain/second-factor.ts';

export type SecondFactorRepository = {
  find(accountId: string): Promise<SecondFactor | undefined>;
  /** Reads it and makes others who want to change it wait: codes are tried one after the other. */
  lock(accountId: string): Promise<SecondFactor | undefined>;
  save(factor: SecondFactor, now: Date): Promise<void>;
  /** Forgets the codes that there were. */
  replaceRecoveryCodes(accountId: string, codes: readonly string[]): Promise<void>;
  /** Answers whether the code was good; it is not any more. */
  useRecoveryCode(accountId: string, code: string): Promise<boolean>;
};

type Row = {
  secret: Buffer | null;
  pending_secret: Buffer | null;
  last_step: string | number;
  failures: number;
  locked_until: Date | null;
};

const field = (id: string, column: string) => ({ table: 'second_factor', column, id });

/** Secrets are sealed; of recovery codes only a keyed hash is kept. */
export function createSecondFactorRepository(tx: Transaction, cipher: FieldCipher): SecondFactorRepository {
  const seal = (id: string, column: string, secret: string | undefined) =>
    secret === undefined ? null : cipher.seal(field(id, column), secret);
  const open = (id: string, column: string, sealed: Buffer | null) =>
    sealed === null ? undefined : cipher.open(field(id, column), sealed);
  const hash = (id: string, code: string) => cipher.blindIndex(`recovery/${id}/${normalRecoveryCode(code)}`);

  async function read(accountId: string, suffix: '' | 'FOR UPDATE'): Promise<SecondFactor | undefined> {
    const [row]: Row[] = await tx.query(
      `SELECT secret, pending_secret, last_step, failures, locked_until FROM second_factor WHERE account_id = ? ${suffix}`,
      [idToBytes(accountId)],
    );
    return (
      row && {
        accountId,
        secret: open(accountId, 'secret', row.secret),
        pendingSecret: open(accountId, 'pending_secret', row.pending_secret),
        lastStep: Number(row.last_step),
        failures: row.failures,
        lockedUntil: row.locked_until ?? undefined,
      }
    );
  }

  return {
    find: (accountId) => read(accountId, ''),
    lock: (accountId) => read(accountId, 'FOR UPDATE'),
    async save({ accountId, secret, pendingSecret, lastStep, failures, lockedUntil }, now) {
      const columns = [
        seal(accountId, 'secret', secret),
        seal(accountId, 'pending_secret', pendingSecret),
        lastStep,
        failures,
        lockedUntil ?? null,
        now,
      ];
      await tx.query(
        `INSERT INTO second_factor
           (account_id, secret, pending_secret, last_step, failures, locked_until, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)
         ON DUPLICATE KEY UPDATE secret = ?, pending_secret = ?, last_step = ?, failures = ?, locked_until = ?,
           updated_at = ?`,
        [idToBytes(accountId), ...columns, ...columns],
      );
    },
    async replaceRecoveryCodes(accountId, codes) {
      await tx.query('DELETE FROM recovery_code WHERE account_id = ?', [idToBytes(accountId)]);
      const rows = codes.map((code) => [idToBytes(accountId), hash(accountId, code)]);
      await tx.query('INSERT INTO recovery_code (account_id, code_hash) VALUES ?', [rows]);
    },
    async useRecoveryCode(accountId, code) {
      const { affectedRows } = await tx.query('DELETE FROM recovery_code WHERE account_id = ? AND code_hash = ?', [
        idToBytes(accountId),
        hash(accountId, code),
      ]);
      return affectedRows === 1;
    },
  };
}
