import type { Database, FieldCipher } from '@doffers/database';
import type { QueryRunner } from 'typeorm';
import { channelCodes, channels } from '../domain/audience/channel.ts';
import { type SyntheticCustomer, syntheticIds } from '../domain/audience/synthetic-customer.ts';
import { date } from './gate-sql.ts';
import { phoneField, tokenField } from './member-repository.ts';

export type SyntheticCustomerStore = {
  /** Synthetic customers there are. They are added in order, so it is also the number of the next one. */
  count(): Promise<number>;
  /** Adds customers in one transaction. */
  add(customers: readonly SyntheticCustomer[], times: { readonly today: string; readonly now: Date }): Promise<void>;
};

/** Runs `work` while no other process adds synthetic customers to this database. */
export async function withSyntheticCustomers<T>(
  db: Database,
  cipher: FieldCipher,
  work: (store: SyntheticCustomerStore) => Promise<T>,
): Promise<T> {
  const runner = db.createQueryRunner();
  try {
    const [{ locked }] = await runner.query("SELECT GET_LOCK(CONCAT('seed:', DATABASE()), 0) AS locked");
    if (Number(locked) !== 1) throw new Error('another process is adding synthetic customers');
    return await work({
      async count() {
        const [first, last] = syntheticIds;
        const [{ customers }] = await runner.query(
          `SELECT COUNT(*) AS customers FROM customer WHERE id BETWEEN 0x${first} AND 0x${last}`,
        );
        return Number(customers);
      },
      add: (customers, times) => addAll(runner, cipher, { customers, ...times }),
    });
  } finally {
    await runner.query("DO RELEASE_LOCK(CONCAT('seed:', DATABASE()))").catch(() => undefined);
    await runner.release();
  }
}

type Batch = { readonly customers: readonly SyntheticCustomer[]; readonly today: string; readonly now: Date };

async function addAll(runner: QueryRunner, cipher: FieldCipher, batch: Batch): Promise<void> {
  await runner.startTransaction();
  try {
    const first = await insertCustomers(runner, batch);
    const numbered = batch.customers.map((customer, at) => ({ customer, number: String(first + at) }));
    const instant = `'${batch.now.toISOString().slice(0, 23).replace('T', ' ')}'`;
    await insertRows(
      runner,
      'contact_point (customer_number, phone, phone_index)',
      numbered.flatMap(({ customer: { phone }, number }) =>
        phone === ''
          ? []
          : [`${number},${binary(cipher.seal(phoneField(number), phone))},${binary(cipher.blindIndex(phone))}`],
      ),
    );
    await insertRows(
      runner,
      'device (customer_number, id, token, token_index, platform, last_seen_at)',
      numbered.flatMap(({ customer: { id: customerId, tokens }, number }) =>
        tokens.map((token, at) => {
          const id = deviceIdOf(customerId, at);
          const sealed = cipher.seal(tokenField(dashed(id)), token);
          return `${number},0x${id},${binary(sealed)},${binary(cipher.blindIndex(token))},1,${instant}`;
        }),
      ),
    );
    await insertDecisions(runner, { from: first, to: first + batch.customers.length - 1 });
    await runner.commitTransaction();
  } catch (error) {
    await runner.rollbackTransaction();
    throw error;
  }
}

/** Answers the first of their numbers. The numbers of one INSERT with its rows named follow each other. */
async function insertCustomers(runner: QueryRunner, { customers, today, now }: Batch): Promise<number> {
  const instant = `'${now.toISOString().slice(0, 23).replace('T', ' ')}'`;
  const rows = customers.map((customer) =>
    [
      `0x${customer.id}`,
      customer.pin,
      `${date(today)} - INTERVAL ${customer.idleDays} DAY`,
      customer.closed ? 1 : 0,
      customer.whatsappConsent,
      customer.pushConsent,
      customer.inAppConsent,
      customer.phone === '' ? 0 : 1,
      customer.tokens.length,
      customer.whatsappRestDays === 0 ? "'1970-01-01'" : `${date(today)} + INTERVAL ${customer.whatsappRestDays} DAY`,
      instant,
    ].join(','),
  );
  const { insertId } = await runner.query(
    `INSERT INTO customer (id, pin, last_active_on, account, whatsapp_consent, push_consent, in_app_consent, phones,
       devices, whatsapp_unreachable_until, created_at) VALUES (${rows.join('),(')})`,
  );
  const first = Number(insertId);
  const [{ last }] = await runner.query(`SELECT number AS last FROM customer WHERE id = 0x${customers.at(-1)?.id}`);
  if (Number(last) !== first + customers.length - 1) throw new Error('the database does not number rows one by one');
  return first;
}

async function insertRows(runner: QueryRunner, into: string, rows: readonly string[]): Promise<void> {
  if (rows.length > 0) await runner.query(`INSERT INTO ${into} VALUES (${rows.join('),(')})`);
}

/** What was decided stands in the ledger, as it does for everybody. */
async function insertDecisions(runner: QueryRunner, { from, to }: { from: number; to: number }): Promise<void> {
  const decided = channels.map(
    (channel) =>
      `SELECT number, ${channelCodes[channel]}, ${channel}_consent = 1, 'customer', 'synthetic', created_at
         FROM customer WHERE number BETWEEN ${from} AND ${to} AND ${channel}_consent <> 0`,
  );
  await runner.query(
    `INSERT INTO consent_ledger (customer_number, channel, granted, source, notice, decided_at)
     ${decided.join(' UNION ALL ')}`,
  );
}

const binary = (bytes: Buffer) => `0x${bytes.toString('hex')}`;

/** One customer's devices differ in the last digit. */
const deviceIdOf = (customerId: string, at: number) => `${customerId.slice(0, 31)}${at}`;

const dashed = (id: string) => id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
