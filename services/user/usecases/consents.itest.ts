import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Database, newId } from '@doffers/database';
import type { Channel } from '../domain/audience/channel.ts';
import { createCustomerRepository } from '../repositories/customer-repository.ts';
import { createMemberRepository } from '../repositories/member-repository.ts';
import { createProfileRepository, type ProfileRepository } from '../repositories/profile-repository.ts';
import { testCipher } from '../test/customers.ts';
import { openTestDatabase } from '../test/database.ts';
import type { CustomerDeps } from './become-customer.ts';
import { getConsents, updateConsents } from './consents.ts';
import { registerDevice } from './register-device.ts';

let phones = 0;

describe('consents and devices', () => {
  let db: Database;
  let close: () => Promise<void>;
  let deps: CustomerDeps;
  let profiles: ProfileRepository;
  let now = new Date('2026-11-23T06:00:00Z');
  const phoneOf = new Map<string, string>();
  before(async () => {
    ({ db, close } = await openTestDatabase());
    profiles = createProfileRepository(db);
    deps = {
      customers: createCustomerRepository(db, testCipher),
      profiles,
      accounts: { find: async (id) => ({ phone: phoneOf.get(id) ?? '', blocked: false }) },
      newId,
      now: () => now,
    };
  });
  after(() => close());

  const person = () => {
    const id = newId();
    phoneOf.set(id, `+9197${String(++phones).padStart(8, '0')}`);
    return id;
  };
  const decide = (userId: string, channel: Channel, granted: boolean, requestId = newId()) =>
    updateConsents(deps, userId, { requestId, consents: [{ channel, granted }], notice: '2026-11/hi' });
  const rowOf = async (userId: string) => {
    const [row] = await db.query(
      `SELECT number, pin, phones, devices, whatsapp_consent AS whatsapp FROM customer
        WHERE id = UNHEX(REPLACE(?, '-', ''))`,
      [userId],
    );
    return row;
  };
  const ledgerOf = async (userId: string): Promise<unknown[]> => {
    const { number } = await rowOf(userId);
    const rows: object[] = await db.query(
      'SELECT channel, granted, source, notice FROM consent_ledger WHERE customer_number = ? ORDER BY id',
      [number],
    );
    return rows.map((row) => Object.values(row));
  };

  it('count as not granted until somebody decides, and asking leaves no trace', async () => {
    const asha = person();
    const consents = await getConsents(deps, asha);
    assert.deepEqual(
      consents.map(({ granted, changedAt }) => [granted, changedAt]),
      Array(3).fill([false, undefined]),
    );
    assert.equal(await rowOf(asha), undefined);
  });

  it('make somebody a customer, who lives where the profile says and is reached by the login phone', async () => {
    const asha = person();
    const profile = { id: asha, name: 'Asha', pincode: '560034', address: '', city: '', state: '', version: 1 };
    const stored = await profiles.findOrCreate({ ...profile, createdAt: now, updatedAt: now });
    const consents = await decide(asha, 'whatsapp', true);
    assert.deepEqual(
      consents.map(({ channel, granted, changedAt }) => [channel, granted, changedAt]),
      [
        ['whatsapp', true, now],
        ['push', false, undefined],
        ['in_app', false, undefined],
      ],
    );
    const { number, pin, phones: known } = await rowOf(asha);
    assert.deepEqual([pin, known], [560_034, 1]);
    const members = createMemberRepository(db, testCipher, undefined);
    assert.equal((await members.phones([String(number)])).get(String(number)), phoneOf.get(asha));

    await profiles.save({ ...stored, pincode: '400001' });
    assert.equal((await rowOf(asha)).pin, 400_001);
  });

  it('keep every change in the ledger, and no repetition', async () => {
    const asha = person();
    await decide(asha, 'push', true, 'first');
    await decide(asha, 'push', true, 'first');
    await decide(asha, 'push', true);
    await decide(asha, 'push', false);
    await decide(asha, 'in_app', false);
    assert.deepEqual(await ledgerOf(asha), [
      [2, 1, 'customer', '2026-11/hi'],
      [2, 0, 'customer', '2026-11/hi'],
      [3, 0, 'customer', '2026-11/hi'],
    ]);
    await assert.rejects(decide(asha, 'push', false, 'first'), { reason: 'IDEMPOTENCY_KEY_REUSED' });
  });

  it('end the same when a person decides from many places at once', async () => {
    const asha = person();
    await Promise.all(Array.from({ length: 10 }, () => decide(asha, 'whatsapp', true)));
    assert.equal((await ledgerOf(asha)).length, 1);
  });

  it('give a device to whoever registered it last', async () => {
    const [asha, binu] = [person(), person()];
    const register = (userId: string, token: string, requestId = newId()) =>
      registerDevice(deps, userId, { requestId, token, platform: 1 });
    const first = await register(asha, 'a token of one phone');
    assert.equal((await register(asha, 'a token of one phone')).id, first.id);
    assert.equal((await rowOf(asha)).devices, 1);
    const moved = await register(binu, 'a token of one phone');
    assert.notEqual(moved.id, first.id);
    assert.deepEqual([(await rowOf(asha)).devices, (await rowOf(binu)).devices], [0, 1]);
  });

  it('keep the five newest devices of a person', async () => {
    const asha = person();
    for (let n = 1; n <= 7; n++) {
      now = new Date(now.getTime() + 1_000);
      await registerDevice(deps, asha, { requestId: newId(), token: `phone number ${n} of Asha`, platform: 1 });
    }
    const { number, devices } = await rowOf(asha);
    assert.equal(devices, 5);
    const tokens = await createMemberRepository(db, testCipher, undefined).tokens([String(number)]);
    const newest = [7, 6, 5, 4, 3].map((n) => `phone number ${n} of Asha`);
    assert.deepEqual(tokens.get(String(number)), newest);
  });

  it('store no phone and no token that could be read', async () => {
    const asha = person();
    await decide(asha, 'whatsapp', true);
    const phone = phoneOf.get(asha) ?? '';
    const rows: { phone: Buffer; phone_index: Buffer }[] = await db.query(
      'SELECT phone, phone_index FROM contact_point',
    );
    for (const row of rows) {
      assert.ok(!row.phone.includes(phone));
      assert.ok(!row.phone_index.includes(phone.slice(3)));
    }
  });
});
