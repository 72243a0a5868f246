/**
 * How fast the books take holds, and documents are drawn. Starts a MariaDB of its own at port offset 4000 (`DOFFERS_BENCH_PORT_OFFSET`) and removes it
 * at the end; every commit is durable, with a binlog. The use cases run in this process: gRPC and gateway come on top (`-- rest`).
 *
 *   npm run bench -- money [--holds 5000] [--pdfs 200] [--json <file>]
 */
import { rm, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { connect, createDatabase, type Database, migrate, newId } from '@doffers/database';
import { createTestDatabase } from '@doffers/testkit';
import { createInvoiceRenderer } from '../../services/payment/clients/invoice-pdf.ts';
import { tables } from '../../services/payment/repositories/tables.ts';
import { aFundedShop, holdDeps, hundredRupees } from '../../services/payment/test/hold-books.ts';
import { anInvoice } from '../../services/payment/test/invoices.ts';
import { auditOf } from '../../services/payment/test/payment-database.ts';
import { placeHold } from '../../services/payment/usecases/place-hold.ts';
import { table } from '../console/format.ts';
import { print } from '../console/print.ts';
import { runMain } from '../console/run-main.ts';
import { prepare } from '../setup/prepare.ts';
import { type Stack, stackAt } from '../stack/stack.ts';
import { startDetached } from '../supervisor/start-detached.ts';
import { stopPlatform } from '../supervisor/stop-platform.ts';
import { benchOffset } from './bench-offset.ts';
import { closedLoop, percentile } from './load.ts';

/** As in the service. */
const poolSize = 16;
const inFlight = 32;
const walletPaise = 10_000_000_00;

type Holds = {
  readonly scenario: string;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failures: number;
};

await runMain(async () => {
  const { values } = parseArgs({
    options: {
      holds: { type: 'string', default: '5000' },
      pdfs: { type: 'string', default: '200' },
      json: { type: 'string' },
    },
  });
  const holds = Number(values.holds);
  const stack = stackAt(benchOffset);
  const rows = await withMariadb(stack, async () => {
    const measured: Holds[] = [];
    for (const wallets of [1, 1_000]) {
      print.progress(`» holds on ${wallets === 1 ? 'one wallet' : `${wallets} wallets`}`);
      measured.push(await measureHolds({ wallets, holds }));
    }
    return measured;
  });
  const documents = await measureDocuments(Number(values.pdfs));
  print.result(
    table(
      ['holds', 'per second', 'p50 ms', 'p99 ms', 'failed'],
      rows.map(({ scenario, perSecond, p50Ms, p99Ms, failures }) => [
        scenario,
        perSecond.toFixed(0),
        p50Ms.toFixed(1),
        p99Ms.toFixed(1),
        String(failures),
      ]),
      ['per second', 'p50 ms', 'p99 ms', 'failed'],
    ),
  );
  print.result(
    `\n${documents.perSecond.toFixed(0)} invoices drawn a second, ${documents.cpuMsEach.toFixed(1)} CPU-ms each`,
  );
  const report = JSON.stringify({ at: new Date().toISOString(), holds: rows, documents });
  if (values.json !== undefined) await writeFile(values.json, `${report}\n`);
  print.result(report);
  return rows.every(({ failures }) => failures === 0) ? 0 : 1;
});

async function withMariadb<T>(stack: Stack, work: () => Promise<T>): Promise<T> {
  Object.assign(process.env, {
    DOFFERS_ENV_FILE: '',
    DOFFERS_MODE: 'sandbox',
    DOFFERS_PORT_OFFSET: String(benchOffset),
  });
  await stopPlatform(stack, print.progress);
  await rm(stack.runDir, { recursive: true, force: true });
  await prepare(stack);
  await startDetached(stack, ['--only', 'mariadb']);
  try {
    return await work();
  } finally {
    await stopPlatform(stack, print.progress);
    await rm(stack.runDir, { recursive: true, force: true });
  }
}

/** Holds of ₹100 and its tax, on one wallet or in turn on many; each takes part of its shop's money, so all are placed. */
async function measureHolds(plan: { readonly wallets: number; readonly holds: number }): Promise<Holds> {
  const home = await createTestDatabase('bench-money');
  const db = createDatabase({ url: home.url, ...tables, poolSize });
  try {
    await migrate(db);
    await connect(db);
    const shops = await fundedShops(db, plan.wallets);
    const deps = holdDeps(db);
    let next = 0;
    const place = async () => {
      const shopId = shops[next++ % shops.length] ?? '';
      await placeHold(deps, { key: `campaign/${newId()}/hold/1`, shopId, lines: hundredRupees });
    };
    await closedLoop(place, 500, inFlight);
    const { seconds, requests, failures, failure, latenciesMs } = await closedLoop(place, plan.holds, inFlight);
    if (failure instanceof Error) print.progress(failure.message);
    const { imbalance, unbalanced, drifted } = await auditOf(db);
    if (imbalance !== 0 || unbalanced.length + drifted.length > 0) throw new Error('the books do not agree');
    return {
      scenario: plan.wallets === 1 ? 'one wallet' : `${plan.wallets} wallets`,
      perSecond: requests / seconds,
      p50Ms: percentile(latenciesMs, 0.5),
      p99Ms: percentile(latenciesMs, 0.99),
      failures,
    };
  } finally {
    await db.destroy();
    await home.drop();
  }
}

async function fundedShops(db: Database, count: number): Promise<readonly string[]> {
  const shops: string[] = [];
  for (let first = 0; first < count; first += inFlight) {
    const some = Array.from({ length: Math.min(inFlight, count - first) }, () => aFundedShop(db, walletPaise));
    shops.push(...(await Promise.all(some)));
  }
  return shops;
}

async function measureDocuments(count: number) {
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
