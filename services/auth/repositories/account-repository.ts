import { type FieldCipher, idFromBytes, idToBytes, isDuplicateKey, type Transaction } from '@doffers/database';
import { type Account, type Role, roles } from '../domain/account.ts';
import type { Phone } from '../domain/phone.ts';

export type AccountRepository = {
  find(id: string): Promise<Account | undefined>;
  findByPhone(phone: Phone): Promise<Account | undefined>;
  /** Stores the account unless its number has one; answers the one that is stored. */
  findOrCreate(account: Account): Promise<{ readonly account: Account; readonly created: boolean }>;
  /** Answers false when the person had the role before. */
  addRole(id: string, role: Role, at: Date): Promise<boolean>;
};

type AccountRow = {
  readonly id: Buffer;
  readonly phone: Buffer;
  readonly blocked_at: Date | null;
  readonly created_at: Date;
  /** Comma-separated; null for none. */
  readonly roles: string | null;
};

const select = `
  SELECT id, phone, blocked_at, created_at,
         (SELECT GROUP_CONCAT(role) FROM account_role WHERE account_id = account.id) AS roles
    FROM account`;

export function createAccountRepository(tx: Transaction, cipher: FieldCipher): AccountRepository {
  const find = async (where: 'id' | 'phone_index', value: Buffer) => {
    const [row]: AccountRow[] = await tx.query(`${select} WHERE ${where} = ?`, [value]);
    return row && fromRow(row, cipher);
  };
  const findByPhone = (phone: Phone) => find('phone_index', cipher.blindIndex(phone));

  return {
    find: (id) => find('id', idToBytes(id)),
    findByPhone,
    async findOrCreate(account) {
      const known = await findByPhone(account.phone);
      if (known) return { account: known, created: false };
      try {
        await insert(tx, cipher, account);
        return { account, created: true };
      } catch (error) {
        if (!isDuplicateKey(error, 'uq_account_phone')) throw error;
      }
      const winner = await findByPhone(account.phone);
      if (!winner) throw new Error('an account that was there a moment ago is gone');
      return { account: winner, created: false };
    },
    addRole: (id, role, at) => addRole(tx, { id, role, at }),
  };
}

async function insert(tx: Transaction, cipher: FieldCipher, { id, phone, createdAt, ...account }: Account) {
  await tx.query('INSERT INTO account (id, phone, phone_index, created_at) VALUES (?, ?, ?, ?)', [
    idToBytes(id),
    cipher.seal(phoneField(id), phone),
    cipher.blindIndex(phone),
    createdAt,
  ]);
  for (const role of account.roles) await addRole(tx, { id, role, at: createdAt });
}

async function addRole(tx: Transaction, { id, role, at }: { id: string; role: Role; at: Date }): Promise<boolean> {
  try {
    await tx.query('INSERT INTO account_role (account_id, role, granted_at) VALUES (?, ?, ?)', [
      idToBytes(id),
      role,
      at,
    ]);
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

function fromRow(row: AccountRow, cipher: FieldCipher): Account {
  const id = idFromBytes(row.id);
  const held = new Set(row.roles?.split(','));
  return {
    id,
    phone: cipher.open(phoneField(id), row.phone) as Phone,
    roles: roles.filter((role) => held.has(role)),
    blocked: row.blocked_at !== null,
    createdAt: row.created_at,
  };
}

const phoneField = (id: string) => ({ table: 'account', column: 'phone', id });
