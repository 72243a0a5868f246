import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Database } from '@doffers/database';
import { createNeighbourIndex } from '../domain/pincode/neighbours.ts';
import { createMemberRepository } from '../repositories/member-repository.ts';
import { withSyntheticCustomers } from '../repositories/synthetic-customer-store.ts';
import { testCipher } from '../test/customers.ts';
import { openTestDatabase } from '../test/database.ts';
import { seedCustomers } from './seed-customers.ts';

const directory = {
  neighbours: async () =>
    createNeighbourIndex([
      { pincode: '560034', position: { latitude: 12.927, longitude: 77.626 } },
      { pincode: '560095', position: { latitude: 12.935, longitude: 77.62 } },
    ]),
};
const now = () => new Date('2026-11-23T06:00:00Z');

describe('synthetic customers', () => {
  const places: { db: Database; close: () => Promise<void> }[] = [];
  before(async () => {
    for (let n = 0; n < 2; n++) places.push(await openTestDatabase());
  });
  after(() => Promise.all(places.map(({ close }) => close())));

  const seed = (db: Database, customers: number, pincode = '560034') =>
    withSyntheticCustomers(db, testCipher, (store) =>
      seedCustomers({ store, directory, now }, { customers, pincode, seed: 1 }),
    );
  const contentOf = async (db: Database) => {
    const rows: { number: string; id: Buffer }[] = await db.query(
      `SELECT number, id, pin, last_active_on, account, whatsapp_consent, push_consent, in_app_consent, phones, devices,
              whatsapp_unreachable_until FROM customer ORDER BY id`,
    );
    const members = createMemberRepository(db, testCipher, undefined);
    const numbers = rows.map(({ number }) => String(number));
    const [phones, tokens] = [await members.phones(numbers), await members.tokens(numbers)];
    return rows.map(({ number, ...row }) => ({
      ...row,
      phone: phones.get(String(number)),
      tokens: tokens.get(String(number))?.toSorted(),
    }));
  };

  it('are the same wherever they are added, in one go or in two', async () => {
    const [one, other] = places.map(({ db }) => db) as [Database, Database];
    assert.deepEqual(await seed(one, 6_000), { added: 6_000, there: 6_000 });
    assert.deepEqual(await seed(other, 5_500), { added: 5_500, there: 5_500 });
    assert.deepEqual(await seed(other, 6_000), { added: 500, there: 6_000 });
    assert.deepEqual(await seed(other, 6_000), { added: 0, there: 6_000 });
    assert.deepEqual(await contentOf(other), await contentOf(one));
  });

  it('have phones of their own, devices as counted, and their decisions in the ledger', async () => {
    const db = places[0]?.db as Database;
    const content = await contentOf(db);
    const phones = content.flatMap(({ phone }) => phone ?? []);
    assert.equal(new Set(phones).size, phones.length);
    for (const phone of phones) assert.match(phone, /^\+91(6\d{9}|700[234]\d{6})$/);
    for (const { devices, tokens } of content as unknown as { devices: number; tokens?: string[] }[]) {
      assert.equal(devices, tokens?.length ?? 0);
    }
    const [{ wrong }] = await db.query(
      `SELECT COUNT(*) AS wrong FROM customer c LEFT JOIN consent_ledger l ON l.customer_number = c.number AND l.channel = 1
        WHERE (c.whatsapp_consent <> 0) <> (l.id IS NOT NULL)`,
    );
    assert.equal(Number(wrong), 0);
  });

  it('live around a PIN code that exists', async () => {
    await assert.rejects(seed(places[0]?.db as Database, 7_000, '999999'), { reason: 'PINCODE_UNKNOWN' });
  });
});
