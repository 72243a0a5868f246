/**
 * Verifies the ledger of this service's database: `node services/payment/ledger-verify.ts`. Prints what is wrong, one
 * line each, and ends with 1 when anything is.
 */
import { createDatabase } from '@doffers/database';
import { parseConfig } from '@doffers/process';
import { config } from './config.ts';
import { createLedgerAudit } from './repositories/ledger-audit.ts';
import { createLedgerChain, firstIdAt, genesis, sealHash } from './repositories/ledger-chain.ts';
import { tables } from './repositories/tables.ts';
import { verifyLedger } from './usecases/verify-ledger.ts';

/** The sealer needs a second; a journal that is older than this was forgotten. */
const patienceMs = 120_000;

const { DATABASE_URL: url } = parseConfig(config);
const db = createDatabase({ ...tables, url, poolSize: 1 });
await db.initialize().catch((error: unknown) => {
  process.stderr.write(`the database does not answer (${String(error)}): start the platform first, npm start\n`);
  process.exit(2);
});
try {
  const report = await db.transaction('REPEATABLE READ', (tx) =>
    verifyLedger({
      audit: createLedgerAudit(tx),
      chain: createLedgerChain(tx),
      hash: sealHash,
      genesis,
      sealedBefore: firstIdAt(new Date(Date.now() - patienceMs)),
    }),
  );
  for (const problem of report.problems) process.stdout.write(`✗ ${problem}\n`);
  const found = report.problems.length === 0 ? '✓ the ledger is intact' : `✗ ${report.problems.length} problems`;
  process.stdout.write(`${found}: ${report.sealed} sealed journals\n`);
  process.exitCode = report.problems.length === 0 ? 0 : 1;
} finally {
  await db.destroy();
}
