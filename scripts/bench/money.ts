/**
 * How fast the books take holds, and documents are drawn. Starts a MariaDB of its own at port offset 4000
 * (`DOFFERS_BENCH_PORT_OFFSET`) and removes it at the end; every commit is durable, with a binlog and without. The use cases
 * run in this process: gRPC and gateway come on top (`-- rest`).
 *
 *   npm run bench -- money [--holds 5000] [--pdfs 200] [--json <file>]
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { connect, createDatabase, type Database, migrate, newId } from '@doffers/database';
import { createTestDatabase } from '@doffers/testkit';
import { createInvoiceRenderer } from '../../services/payment/clients/invoice-pdf.ts';
import { tables } from '../../services/payment/repositories/tables.ts';
import { aFundedShop, holdDeps, hundredRupees } from '../../services/payment/test/hold-books.ts';
import { anInvoice } from '../../services/payment/test/invoices.ts';
import { auditOf } from '../../services/payment/test/payment-database.ts';
import { createHoldPlacing } from '../../services/payment/usecases/hold-placing.ts';
import { table } from '../console/format.ts';
import { print } from '../console/print.ts';
import { runMain } from '../console/run-main.ts';
import { wholeNumber } from '../console/whole-number.ts';
import { closedLoop, percentile } from './load.ts';
import { removeOwnStack, startOwnStack, stopOnSignal } from './own-stack.ts';

/** As in the service. */
const poolSize = 16;
const inFlight = 64;
const walletPaise = 10_000_000_00;

type Holds = {
  readonly scenario: string;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failures: number;
};

type Documents = { readonly perSecond: number; readonly cpuMsEach: number };

await runMain(
  async () => {
    const { values } = parseArgs({
      options: {
        holds: { type: 'string', default: '5000' },
        pdfs: { type: 'string', default: '200' },
        json: { type: 'string' },
      },
    });
    const holds = await measureAllHolds(wholeNumber(values.holds, '--holds'));
    const documents = await measureDocuments(wholeNumber(values.pdfs, '--pdfs'));
    show(holds, documents);
    const report = JSON.stringify({ at: new Date().toISOString(), holds, documents });
    if (values.json !== undefined) await writeFile(values.json, `${report}\n`);
    print.result(report);
    return holds.every(({ failures }) => failures === 0) ? 0 : 1;
  },
  { ownSignals: true },
);

async function measureAllHolds(holds: number): Promise<readonly Holds[]> {
  const stack = await startOwnStack(['--only', 'mariadb']);
  const ending = stopOnSignal(() => removeOwnStack(stack));
  try {
    const measured: Holds[] = [];
    for (const binlog of [true, false]) {
      for (const wallets of [1, 1_000]) {
        const scenario = `${wallets === 1 ? 'one wallet' : `${wallets} wallets`}${binlog ? '' : ', no binlog'}`;
        print.progress(`» holds on ${scenario}`);
        measured.push(await measureHolds({ scenario, wallets, holds, binlog }));
      }
    }
    return measured;
  } finally {
    ending.done();
    await removeOwnStack(stack);
  }
}

function show(holds: readonly Holds[], documents: Documents): void {
  const rows = holds.map(({ scenario, perSecond, p50Ms, p99Ms, failures }) => [
    scenario,
    perSecond.toFixed(0),
    p50Ms.toFixed(1),
    p99Ms.toFixed(1),
    String(failures),
  ]);
  const numbers = ['per second', 'p50 ms', 'p99 ms', 'failed'];
  print.result(table(['holds', ...numbers], rows, numbers));
  const { perSecond, cpuMsEach } = documents;
  print.result(`\n${perSecond.toFixed(0)} invoices drawn a second, ${cpuMsEach.toFixed(1)} CPU-ms each`);
}

/** Holds of ₹100 and its tax, on one wallet or in turn on many; each takes part of its shop's money, so all are placed. */
async function measureHolds(plan: {
  readonly scenario: string;
  readonly wallets: number;
  readonly holds: number;
  readonly binlog: boolean;
}): Promise<Holds> {
  const home = await createTestDatabase('bench-money');
  const db = createDatabase({ url: home.url, ...tables, poolSize });
  try {
    await migrate(db);
    await connect(db);
    if (!plan.binlog) await leaveBinlog(db);
    const shops = await fundedShops(db, plan.wallets);
    const placeHold = createHoldPlacing(holdDeps(db));
    let next = 0;
    const place = async () => {
      const shopId = shops[next++ % shops.length] ?? '';
      await placeHold({ key: `campaign/${newId()}/hold/1`, shopId, lines: hundredRupees });
    };
    await closedLoop(place, 500, inFlight);
    const { seconds, requests, failures, failure, latenciesMs } = await closedLoop(place, plan.holds, inFlight);
    if (failure instanceof Error) print.progress(failure.message);
    const { imbalance, unbalanced, drifted } = await auditOf(db);
    if (imbalance !== 0 || unbalanced.length + drifted.length > 0) throw new Error('the books do not agree');
    return {
      scenario: plan.scenario,
      perSecond: (requests - failures) / seconds,
      p50Ms: percentile(latenciesMs, 0.5),
      p99Ms: percentile(latenciesMs, 0.99),
      failures,
    };
  } finally {
    await db.destroy();
    await home.drop();
  }
}

/** For each connection of the pool: all are taken before one is given back. They stay open while they are used. */
async function leaveBinlog(db: Database): Promise<void> {
  const connections = Array.from({ length: poolSize }, () => db.createQueryRunner());
  await Promise.all(connections.map((connection) => connection.query('SET SESSION sql_log_bin = 0')));
  await Promise.all(connections.map((connection) => connection.release()));
}

async function fundedShops(db: Database, count: number): Promise<readonly string[]> {
  const shops: string[] = [];
  for (let first = 0; first < count; first += inFlight) {
    const some = Array.from({ length: Math.min(inFlight, count - first) }, () => aFundedShop(db, walletPaise));
    shops.push(...(await Promise.all(some)));
  }
  return shops;
}

async function measureDocuments(count: number): Promise<Documents> {
  const render = createInvoiceRenderer();
  const draw = async (n: number) =>
    void (await render(anInvoice({ number: `DOF/2627/${String(n).padStart(6, '0')}` })));
  for (let n = 1; n <= 20; n += 1) await draw(n);
  const before = process.cpuUsage();
  const startedAt = performance.now();
  for (let n = 1; n <= count; n += 1) await draw(n);
  const { user, system } = process.cpuUsage(before);
  return { perSecond: count / ((performance.now() - startedAt) / 1_000), cpuMsEach: (user + system) / 1_000 / count };
}
