import type { Database } from '@doffers/database';
import { createFieldCipher, idToBytes, newId } from '@doffers/database';
import { consentStates } from '../domain/audience/gate.ts';
import { phoneField, tokenField } from '../repositories/member-repository.ts';

/** A cipher with keys that are only a test's. */
export const testCipher = createFieldCipher({
  dataKey: Buffer.alloc(32, 1).toString('base64'),
  indexKey: Buffer.alloc(32, 2).toString('base64'),
});

export type TestCustomer = {
  readonly pin: number;
  readonly activeOn: string;
  readonly account: number;
  readonly consents: readonly [whatsapp: number, push: number, inApp: number];
  readonly phone: string;
  readonly tokens: readonly string[];
  readonly whatsappUnreachableUntil: string;
};

const { granted } = consentStates;
let phones = 0;

/** A customer whom every channel reaches; name only what the test is about. */
export function aCustomer(changes: Partial<TestCustomer> = {}): TestCustomer {
  phones += 1;
  return {
    pin: 560_034,
    activeOn: '2026-11-23',
    account: 0,
    consents: [granted, granted, granted],
    phone: `+9198${String(phones).padStart(8, '0')}`,
    tokens: [`token-of-customer-${phones}`],
    whatsappUnreachableUntil: '1970-01-01',
    ...changes,
  };
}

/** Stores customers in order and answers their ids. */
export async function insertCustomers(db: Database, customers: readonly TestCustomer[]): Promise<string[]> {
  const ids = customers.map(() => newId());
  const now = new Date('2026-11-23T06:00:00Z');
  await db.query(
    `INSERT INTO customer (id, pin, last_active_on, account, whatsapp_consent, push_consent, in_app_consent, phones,
       devices, whatsapp_unreachable_until, created_at) VALUES ?`,
    [
      customers.map(({ pin, activeOn, account, consents, phone, tokens, whatsappUnreachableUntil }, at) => [
        idToBytes(ids[at] ?? ''),
        pin,
        activeOn,
        account,
        ...consents,
        phone === '' ? 0 : 1,
        tokens.length,
        whatsappUnreachableUntil,
        now,
      ]),
    ],
  );
  const rows: { number: string; id: Buffer }[] = await db.query('SELECT number, id FROM customer WHERE id IN (?)', [
    ids.map(idToBytes),
  ]);
  const numbers = new Map(rows.map(({ number, id }) => [id.toString('hex'), String(number)]));
  const numberAt = (at: number) => numbers.get(idToBytes(ids[at] ?? '').toString('hex')) ?? '';
  const contacts = customers.flatMap(({ phone }, at) =>
    phone === ''
      ? []
      : [[numberAt(at), testCipher.seal(phoneField(numberAt(at)), phone), testCipher.blindIndex(phone)]],
  );
  if (contacts.length > 0) {
    await db.query('INSERT INTO contact_point (customer_number, phone, phone_index) VALUES ?', [contacts]);
  }
  const devices = customers.flatMap(({ tokens }, at) =>
    tokens.map((token, age) => {
      const id = newId();
      const sealed = testCipher.seal(tokenField(id), token);
      return [numberAt(at), idToBytes(id), sealed, testCipher.blindIndex(token), 1, new Date(now.getTime() - age)];
    }),
  );
  if (devices.length > 0) {
    await db.query('INSERT INTO device (customer_number, id, token, token_index, platform, last_seen_at) VALUES ?', [
      devices,
    ]);
  }
  return ids;
}
