import { type Database, type FieldCipher, type Transaction, transaction } from '@doffers/database';
import type { JWK } from 'jose';
import type { KeyStanding, KeyState } from '../domain/signing-key.ts';

export type SigningKey = KeyStanding & { readonly publicJwk: JWK; readonly privateJwk: JWK };
export type NewSigningKey = Pick<SigningKey, 'id' | 'publicJwk' | 'privateJwk' | 'createdAt'>;

/** What a rotation may do to the keys it has locked. */
export type LockedSigningKeys = {
  readonly keys: readonly SigningKey[];
  insert(key: NewSigningKey, state: 'next' | 'current'): Promise<void>;
  /** Lets `id` sign from now on instead of the key that does. */
  promote(id: string, at: Date): Promise<void>;
  forget(id: string): Promise<void>;
};

export type SigningKeyRepository = {
  list(): Promise<readonly SigningKey[]>;
  /** Runs `work` while no other process can change a key, and answers the keys afterwards. */
  change(work: (locked: LockedSigningKeys) => Promise<void>): Promise<readonly SigningKey[]>;
};

export function createSigningKeyRepository(db: Database, cipher: FieldCipher): SigningKeyRepository {
  return {
    list: () => list(db.manager, cipher),
    change: (work) =>
      transaction(db, async (tx) => {
        await tx.query('SELECT only_row FROM signing_key_lock WHERE only_row = 1 FOR UPDATE');
        await work(lockedKeys(tx, cipher, await list(tx, cipher)));
        return list(tx, cipher);
      }),
  };
}

function lockedKeys(tx: Transaction, cipher: FieldCipher, keys: readonly SigningKey[]): LockedSigningKeys {
  return {
    keys,
    async insert({ id, publicJwk, privateJwk, createdAt }, state) {
      const signs = state === 'current' ? 1 : null;
      await tx.query(
        `INSERT INTO signing_key (id, state, signs, public_jwk, private_jwk, created_at, promoted_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
        [
          id,
          state,
          signs,
          JSON.stringify(publicJwk),
          cipher.seal(privateField(id), JSON.stringify(privateJwk)),
          createdAt,
          signs === null ? null : createdAt,
        ],
      );
    },
    async promote(id, at) {
      await tx.query("UPDATE signing_key SET state = 'previous', signs = NULL, retired_at = ? WHERE signs = 1", [at]);
      await tx.query("UPDATE signing_key SET state = 'current', signs = 1, promoted_at = ? WHERE id = ?", [at, id]);
    },
    async forget(id) {
      await tx.query("DELETE FROM signing_key WHERE id = ? AND state = 'previous'", [id]);
    },
  };
}

type KeyRow = {
  readonly id: string;
  readonly state: KeyState;
  readonly public_jwk: string;
  readonly private_jwk: Buffer;
  readonly created_at: Date;
  readonly promoted_at: Date | null;
  readonly retired_at: Date | null;
};

async function list(tx: Transaction, cipher: FieldCipher): Promise<SigningKey[]> {
  const rows: KeyRow[] = await tx.query(
    `SELECT id, state, public_jwk, private_jwk, created_at, promoted_at, retired_at
       FROM signing_key ORDER BY created_at, id`,
  );
  return rows.map((row) => ({
    id: row.id,
    state: row.state,
    publicJwk: JSON.parse(row.public_jwk) as JWK,
    privateJwk: JSON.parse(cipher.open(privateField(row.id), row.private_jwk)) as JWK,
    createdAt: row.created_at,
    promotedAt: row.promoted_at ?? undefined,
    retiredAt: row.retired_at ?? undefined,
  }));
}

const privateField = (id: string) => ({ table: 'signing_key', column: 'private_jwk', id });
