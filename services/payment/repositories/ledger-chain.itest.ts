import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import { type Database, newId } from '@doffers/database';
import { createLogger } from '@doffers/process';
import { eventually } from '@doffers/testkit';
import { Registry } from 'prom-client';
import { aFundedShop, payIn } from '../test/hold-books.ts';
import { paymentDatabase } from '../test/payment-database.ts';
import { verifyLedger } from '../usecases/verify-ledger.ts';
import { createLedgerAudit } from './ledger-audit.ts';
import { createLedgerChain, firstIdAt, genesis, sealHash } from './ledger-chain.ts';
import { sealAll, startLedgerSealer } from './ledger-sealer.ts';

describe('the chain of journals', () => {
  let db: Database;
  const closing: (() => Promise<void>)[] = [];
  beforeEach(async () => {
    const opened = await paymentDatabase('chain');
    db = opened.db;
    closing.push(opened.close);
  });
  after(async () => {
    for (const close of closing) await close();
  });

  const now = () => new Date();
  const seal = (after = firstIdAt(new Date(0))) => sealAll(db, { after, now });
  const verify = (sealedBefore = firstIdAt(new Date(0))) =>
    verifyLedger({
      audit: createLedgerAudit(db.manager),
      chain: createLedgerChain(db.manager),
      hash: sealHash,
      genesis,
      sealedBefore,
    });
  const journals = async (count: number) => {
    const shopId = await aFundedShop(db, 1_00);
    for (let n = 1; n < count; n++) await payIn(db, shopId, { cash: n });
  };
  /** Changes what nobody may change, as somebody with all rights on the server could. */
  const tamper = async (table: string, statement: string) => {
    await db.query(`DROP TRIGGER ${table}_no_update`);
    await db.query(`DROP TRIGGER IF EXISTS ${table}_no_delete`);
    await db.query(statement);
  };

  it('has each journal once, however many seal at the same time', async () => {
    await journals(30);
    await Promise.all(Array.from({ length: 8 }, () => seal()));
    assert.deepEqual(await verify(), { sealed: 30, problems: [] });
    const [{ links }] = await db.query('SELECT COUNT(DISTINCT journal_id) AS links FROM journal_seal');
    assert.equal(Number(links), 30);
  });

  it('takes in a journal that was committed later than those with larger ids', async () => {
    await journals(2);
    const runner = db.createQueryRunner();
    await runner.connect();
    await runner.startTransaction();
    const insert = 'INSERT INTO journal (id, idempotency_key, request_hash, kind, reference, created_at) VALUES (?)';
    const late = Buffer.from(newId().replaceAll('-', ''), 'hex');
    await runner.query(insert, [[late, 'late', Buffer.alloc(32), 'topup', 'late', now()]]);
    await journals(2);
    const after = await seal();
    await runner.commitTransaction();
    await runner.release();
    await seal(after);
    const report = await verify();
    assert.equal(report.sealed, 5);
    assert.deepEqual(report.problems, [`journal ${hyphened(late)} does not balance`], 'it has no entries, and is in');
  });

  it('goes on where a sealer that died has stopped', async () => {
    await journals(5);
    const options = { db, log: createLogger({ name: 'test', level: 'error' }), now, pollMs: 20 };
    const first = startLedgerSealer({ ...options, metrics: new Registry() });
    await eventually(async () => assert.equal((await verify()).sealed, 5));
    await first.stop();
    await journals(5);
    const second = startLedgerSealer({ ...options, metrics: new Registry() });
    await eventually(async () => assert.equal((await verify()).sealed, 10));
    await second.stop();
    assert.deepEqual((await verify()).problems, []);
  });

  it('shows a changed amount, though the journal still balances', async () => {
    await journals(5);
    await seal();
    await tamper(
      'entry',
      'UPDATE entry SET debit_paise = IF(debit_paise = 0, 0, 700), credit_paise = IF(credit_paise = 0, 0, 700) WHERE journal_id = (SELECT journal_id FROM journal_seal WHERE seq = 3)',
    );
    const { problems } = await verify();
    assert.ok(problems.includes('the journal of seal 3 is not what was sealed'), problems.join('\n'));
    assert.ok(
      problems.some((problem) => problem.startsWith('wallet of shop')),
      'nor does the wallet agree any more',
    );
  });

  it('shows a seal that was made again without those behind it, and one that is gone', async () => {
    await journals(4);
    await seal();
    await tamper('journal_seal', 'UPDATE journal_seal SET hash = REVERSE(hash) WHERE seq = 2');
    const { problems } = await verify();
    assert.deepEqual(problems, ['the journal of seal 2 is not what was sealed', 'seal 3 does not follow seal 2']);
    await db.query('DELETE FROM journal_seal WHERE seq = 2');
    assert.ok((await verify()).problems.includes('seal 2 is missing'));
  });

  it('shows journals that were never sealed, and wallets that differ from their entries', async () => {
    await journals(3);
    const unsealed = await verify(firstIdAt(new Date(Date.now() + 1_000)));
    assert.equal(unsealed.problems.filter((problem) => problem.endsWith('is not sealed')).length, 3);
    await seal();
    await db.query('UPDATE wallet SET posted_cash_paise = posted_cash_paise + 1');
    const { problems } = await verify();
    assert.equal(problems.length, 2, 'neither the entries nor the lots agree');
    assert.match(problems[0] ?? '', /posted_cash_paise and ledger_posted_cash differ/);
  });
});

const hyphened = (id: Buffer) => id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
