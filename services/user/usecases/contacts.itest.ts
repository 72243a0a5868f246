import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Database, newId } from '@doffers/database';
import { consentStates } from '../domain/audience/gate.ts';
import { createContactRepository } from '../repositories/contact-repository.ts';
import { type CustomerRepository, createCustomerRepository } from '../repositories/customer-repository.ts';
import { aCustomer, insertCustomers, testCipher } from '../test/customers.ts';
import { openTestDatabase } from '../test/database.ts';
import { type ContactDeps, readContact, recordPreference } from './contacts.ts';

const noon = new Date('2026-11-23T06:30:00Z');
const later = (seconds: number) => new Date(noon.getTime() + seconds * 1_000);

describe('contacts of one person', () => {
  let db: Database;
  let close: () => Promise<void>;
  let customers: CustomerRepository;
  let deps: ContactDeps;
  before(async () => {
    ({ db, close } = await openTestDatabase());
    customers = createCustomerRepository(db, testCipher);
    deps = {
      contacts: createContactRepository(db, testCipher),
      customers,
      accounts: { find: async () => ({ phone: '+919700000009', blocked: false }) },
    };
  });
  after(() => close());

  const person = async (phone: string, whatsapp: number = consentStates.granted) => {
    const [id = ''] = await insertCustomers(db, [aCustomer({ phone, consents: [whatsapp, 1, 1] })]);
    const tell = (granted: boolean, seconds: number, source = granted ? 'START' : 'STOP') =>
      recordPreference(deps, { phone: phone.slice(1), channel: 'whatsapp', granted, source, at: later(seconds) });
    const granted = async () => (await customers.consents(id))[0]?.granted;
    const entries = async () => {
      const rows: object[] = await db.query(
        `SELECT l.granted, l.notice FROM consent_ledger l JOIN customer c ON c.number = l.customer_number
          WHERE c.id = UNHEX(REPLACE(?, '-', '')) ORDER BY l.id`,
        [id],
      );
      return rows.map((row) => Object.values(row));
    };
    return { id, tell, granted, entries };
  };

  it('are those of a customer, or the phone a stranger logs in with', async () => {
    const [id = ''] = await insertCustomers(db, [aCustomer({ phone: '+919711111111', tokens: ['new', 'old'] })]);
    assert.deepEqual(await readContact(deps, id), { phone: '+919711111111', tokens: ['new', 'old'] });
    assert.deepEqual(await readContact(deps, newId()), { phone: '+919700000009', tokens: [] });
  });

  it('end as told last, in whatever order and however often it is told', async () => {
    const asha = await person('+919711111112');
    await asha.tell(true, 20);
    await asha.tell(false, 10);
    assert.equal(await asha.granted(), true);
    await asha.tell(false, 30);
    await asha.tell(false, 30);
    await asha.tell(true, 20);
    assert.equal(await asha.granted(), false);
    assert.deepEqual(await asha.entries(), [
      [1, 'START'],
      [0, 'STOP'],
    ]);
    await asha.tell(true, 31);
    assert.equal(await asha.granted(), true);
  });

  it('count a stop within the second of a permission, and not a permission within the second of a stop', async () => {
    const binu = await person('+919711111113');
    await binu.tell(true, 5);
    await binu.tell(false, 5);
    assert.equal(await binu.granted(), false);
    await binu.tell(true, 5);
    assert.equal(await binu.granted(), false);
  });

  it('take no consent from a START of somebody who never gave one, but a STOP', async () => {
    const chitra = await person('+919711111114', consentStates.undecided);
    await chitra.tell(true, 1);
    assert.deepEqual([await chitra.granted(), await chitra.entries()], [false, []]);
    await chitra.tell(false, 2);
    assert.deepEqual(await chitra.entries(), [[0, 'STOP']]);
  });

  it('of a number that nobody has change nothing', async () => {
    const stranger = { phone: '919799999999', channel: 'whatsapp', granted: false, source: 'STOP', at: noon } as const;
    await recordPreference(deps, stranger);
  });

  it('yield to what the person decided later in the app', async () => {
    const dev = await person('+919711111115');
    const decision = { channel: 'whatsapp', source: 'customer', notice: '2026-11/hi' } as const;
    await customers.decideOnce(dev.id, 'a', [{ ...decision, granted: false, at: later(50) }]);
    await dev.tell(true, 40);
    assert.equal(await dev.granted(), false);
    await customers.decideOnce(dev.id, 'b', [{ ...decision, granted: true, at: later(60) }]);
    await dev.tell(false, 55);
    assert.equal(await dev.granted(), true);
  });
});
