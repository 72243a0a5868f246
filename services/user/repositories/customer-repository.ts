import {
  type CommandKey,
  type Database,
  type FieldCipher,
  idFromBytes,
  idToBytes,
  once,
  requestHash,
  type Transaction,
  transaction,
} from '@doffers/database';
import { type Channel, channelCodes, channels } from '../domain/audience/channel.ts';
import { type Consent, type ConsentDecision, mostDevices } from '../domain/audience/consent.ts';
import { consentStates } from '../domain/audience/gate.ts';
import { date } from './gate-sql.ts';
import { phoneField, tokenField } from './member-repository.ts';

export type NewCustomer = {
  readonly id: string;
  /** Six digits, or empty when not told yet. */
  readonly pincode: string;
  /** E.164; empty when there is none. */
  readonly phone: string;
  readonly closed: boolean;
  readonly activeOn: string;
  readonly createdAt: Date;
};

export type NewDevice = {
  readonly id: string;
  readonly token: string;
  readonly platform: number;
  readonly seenAt: Date;
};

export type Device = { readonly id: string; readonly seenAt: Date };

export type CustomerRepository = {
  exists(id: string): Promise<boolean>;
  /** Makes a person reachable; leaves a customer who exists as they are. */
  create(customer: NewCustomer): Promise<void>;
  /** Notes that the customer was here on a day in India; harmless for somebody who is no customer. */
  touch(id: string, day: string): Promise<void>;
  consents(id: string): Promise<readonly Consent[]>;
  /** Stores decisions once per request id; those that change nothing leave no trace. */
  decideOnce(id: string, requestId: string, decisions: readonly ConsentDecision[]): Promise<void>;
  /**
   * Stores a decision that a provider tells, in whatever order and however often it tells it: the latest counts, and one
   * to resume only lifts a withdrawal. Harmless for somebody who is no customer.
   */
  hear(id: string, decision: ConsentDecision): Promise<void>;
  /** Gives the device with this token to the customer, whoever had it before, once per request id. */
  registerDeviceOnce(id: string, requestId: string, device: NewDevice): Promise<Device>;
  /** Forgets a device by its token, unless it was registered again since. */
  forgetDevice(id: string, token: string, since: Date): Promise<void>;
  markUnreachable(id: string, channel: 'whatsapp' | 'push', until: string): Promise<void>;
};

/** Stores how customers may be reached. Every change locks the customer's row first, so counts in it stay true. */
export function createCustomerRepository(db: Database, cipher: FieldCipher): CustomerRepository {
  return {
    async exists(id) {
      const rows: unknown[] = await db.query('SELECT 1 FROM customer WHERE id = ?', [idToBytes(id)]);
      return rows.length > 0;
    },
    create: (customer) => transaction(db, (tx) => insertCustomer(tx, cipher, customer)),
    async touch(id, day) {
      await db.query('UPDATE customer SET last_active_on = ? WHERE id = ? AND last_active_on < ?', [
        day,
        idToBytes(id),
        day,
      ]);
    },
    consents: (id) => readConsents(db.manager, id),
    decideOnce: (id, requestId, decisions) =>
      transaction(db, async (tx) => {
        const asked = decisions.map(({ at: _, ...decision }) => decision);
        await once(tx, commandOf('user.UpdateConsents', id, requestId, asked), () => decide(tx, id, decisions));
      }),
    hear: (id, decision) => transaction(db, (tx) => hear(tx, id, decision)),
    registerDeviceOnce: (id, requestId, device) =>
      transaction(db, (tx) => {
        const { token, platform } = device;
        const command = commandOf('user.RegisterDevice', id, requestId, { token, platform });
        return once(tx, command, () => registerDevice(tx, cipher, { customerId: id, device }));
      }),
    forgetDevice: (id, token, since) =>
      transaction(db, async (tx) => {
        const number = await lockCustomer(tx, id);
        if (number === undefined) return;
        const key = [number, cipher.blindIndex(token), since];
        await tx.query('DELETE FROM device WHERE customer_number = ? AND token_index = ? AND last_seen_at <= ?', key);
        await countDevices(tx, number);
      }),
    async markUnreachable(id, channel, until) {
      const column = `${channel}_unreachable_until`;
      await db.query(`UPDATE customer SET ${column} = GREATEST(${column}, ${date(until)}) WHERE id = ?`, [
        idToBytes(id),
      ]);
    },
  };
}

function commandOf(command: string, id: string, requestId: string, asked: unknown): CommandKey {
  return { scope: `${command}/${id}`, requestId, hash: requestHash(asked) };
}

async function insertCustomer(tx: Transaction, cipher: FieldCipher, customer: NewCustomer): Promise<void> {
  const { id, pincode, phone, closed, activeOn, createdAt } = customer;
  await tx.query(
    `INSERT INTO customer (id, pin, last_active_on, account, created_at) VALUES (?, ?, ?, ?, ?)
     ON DUPLICATE KEY UPDATE id = id`,
    [idToBytes(id), Number(pincode), activeOn, closed ? 1 : 0, createdAt],
  );
  const number = await lockCustomer(tx, id);
  if (phone === '' || number === undefined) return;
  const index = cipher.blindIndex(phone);
  // A number that a provider gave to somebody else is theirs now: nobody may get messages meant for another person.
  const [earlier]: { number: string }[] = await tx.query(
    'SELECT customer_number AS number FROM contact_point WHERE phone_index = ? AND customer_number <> ? FOR UPDATE',
    [index, number],
  );
  if (earlier) {
    await tx.query('DELETE FROM contact_point WHERE customer_number = ?', [earlier.number]);
    await tx.query('UPDATE customer SET phones = 0 WHERE number = ?', [earlier.number]);
  }
  await tx.query(
    `INSERT INTO contact_point (customer_number, phone, phone_index) VALUES (?, ?, ?)
     ON DUPLICATE KEY UPDATE phone = VALUES(phone), phone_index = VALUES(phone_index)`,
    [number, cipher.seal(phoneField(number), phone), index],
  );
  await tx.query('UPDATE customer SET phones = 1 WHERE number = ?', [number]);
}

async function lockCustomer(tx: Transaction, id: string): Promise<string | undefined> {
  const [row] = await tx.query('SELECT number FROM customer WHERE id = ? FOR UPDATE', [idToBytes(id)]);
  return row === undefined ? undefined : String(row.number);
}

type ConsentColumns = Readonly<Record<`${Channel}_consent`, number>> & { readonly number: string };

async function readConsents(tx: Transaction, id: string): Promise<Consent[]> {
  const [customer]: ConsentColumns[] = await tx.query(
    'SELECT number, whatsapp_consent, push_consent, in_app_consent FROM customer WHERE id = ?',
    [idToBytes(id)],
  );
  if (customer === undefined) return channels.map((channel) => ({ channel, granted: false, changedAt: undefined }));
  const decided: { channel: number; at: Date }[] = await tx.query(
    'SELECT channel, MAX(decided_at) AS at FROM consent_ledger WHERE customer_number = ? GROUP BY channel',
    [customer.number],
  );
  return channels.map((channel) => ({
    channel,
    granted: customer[`${channel}_consent`] === consentStates.granted,
    changedAt: decided.find((entry) => entry.channel === channelCodes[channel])?.at,
  }));
}

async function decide(tx: Transaction, id: string, decisions: readonly ConsentDecision[]): Promise<void> {
  const number = await lockCustomer(tx, id);
  if (number === undefined) return;
  for (const { channel, granted, source, notice, at } of decisions) {
    const { affectedRows } = await tx.query(
      `UPDATE customer SET ${channel}_consent = ? WHERE number = ? AND ${channel}_consent <> ?`,
      [stateOf(granted), number, stateOf(granted)],
    );
    if (Number(affectedRows) === 0) continue;
    await enter(tx, number, { channel, granted, source, notice, at });
  }
}

async function hear(tx: Transaction, id: string, decision: ConsentDecision): Promise<void> {
  const { channel, granted, at } = decision;
  const number = await lockCustomer(tx, id);
  if (number === undefined) return;
  const [standing]: { state: number; decided: Date | null }[] = await tx.query(
    `SELECT ${channel}_consent AS state,
            (SELECT MAX(decided_at) FROM consent_ledger WHERE customer_number = number AND channel = ?) AS decided
       FROM customer WHERE number = ?`,
    [channelCodes[channel], number],
  );
  if (!standing || (granted && standing.state === consentStates.undecided)) return;
  const ahead = standing.decided === null ? 1 : at.getTime() - standing.decided.getTime();
  // Of two at the same moment the stop counts.
  if (ahead < 0 || (ahead === 0 && (granted || standing.state === stateOf(false)))) return;
  await tx.query(`UPDATE customer SET ${channel}_consent = ? WHERE number = ?`, [stateOf(granted), number]);
  await enter(tx, number, decision);
}

async function enter(tx: Transaction, number: string, decision: ConsentDecision): Promise<void> {
  const { channel, granted, source, notice, at } = decision;
  await tx.query(
    `INSERT INTO consent_ledger (customer_number, channel, granted, source, notice, decided_at)
     VALUES (?, ?, ?, ?, ?, ?)`,
    [number, channelCodes[channel], granted, source, notice, at],
  );
}

const stateOf = (granted: boolean) => (granted ? consentStates.granted : consentStates.withdrawn);

async function registerDevice(
  tx: Transaction,
  cipher: FieldCipher,
  { customerId, device }: { readonly customerId: string; readonly device: NewDevice },
): Promise<Device> {
  const number = await lockCustomer(tx, customerId);
  if (number === undefined) throw new Error('a device was registered for nobody');
  const index = cipher.blindIndex(device.token);
  const [known]: { id: Buffer; number: string }[] = await tx.query(
    'SELECT id, customer_number AS number FROM device WHERE token_index = ? FOR UPDATE',
    [index],
  );
  // The same person's device keeps its id; one that changed hands becomes a new one.
  const id = known && String(known.number) === number ? idFromBytes(known.id) : device.id;
  await tx.query('DELETE FROM device WHERE token_index = ?', [index]);
  if (known && String(known.number) !== number) await countDevices(tx, String(known.number));
  await tx.query(
    `INSERT INTO device (customer_number, id, token, token_index, platform, last_seen_at) VALUES (?, ?, ?, ?, ?, ?)`,
    [number, idToBytes(id), cipher.seal(tokenField(id), device.token), index, device.platform, device.seenAt],
  );
  await forgetOldest(tx, number);
  await countDevices(tx, number);
  await tx.query("UPDATE customer SET push_unreachable_until = '1970-01-01' WHERE number = ?", [number]);
  return { id, seenAt: device.seenAt };
}

/** Only the newest devices are sent to, so older ones need not be kept. */
async function forgetOldest(tx: Transaction, number: string): Promise<void> {
  const older: { id: Buffer }[] = await tx.query(
    `SELECT id FROM device WHERE customer_number = ? ORDER BY last_seen_at DESC, id DESC LIMIT 1000 OFFSET ?`,
    [number, mostDevices],
  );
  if (older.length === 0) return;
  await tx.query('DELETE FROM device WHERE customer_number = ? AND id IN (?)', [number, older.map(({ id }) => id)]);
}

async function countDevices(tx: Transaction, number: string): Promise<void> {
  await tx.query(
    'UPDATE customer SET devices = (SELECT COUNT(*) FROM device WHERE customer_number = ?) WHERE number = ?',
    [number, number],
  );
}
