import type { LedgerAudit } from '../repositories/ledger-audit.ts';
import type { LedgerChain, SealedJournal } from '../repositories/ledger-chain.ts';

type Deps = {
  readonly audit: LedgerAudit;
  readonly chain: Pick<LedgerChain, 'readSealed'>;
  readonly hash: (prevHash: Buffer, seq: number, content: unknown) => Buffer;
  readonly genesis: Buffer;
  /** Journals with a smaller id should have been sealed by now. */
  readonly sealedBefore: Buffer;
};

export type LedgerReport = { readonly sealed: number; readonly problems: readonly string[] };

const pageSize = 1_000;

/**
 * Checks that the ledger is what was written: the chain from its beginning, each journal's balance, and the wallets, holds
 * and lots against the entries. Moves nothing and corrects nothing.
 */
export async function verifyLedger({ audit, chain, hash, genesis, sealedBefore }: Deps): Promise<LedgerReport> {
  const problems: string[] = [];
  let end = { seq: 0, hash: genesis };
  for (;;) {
    const page = await chain.readSealed({ after: end.seq, limit: pageSize });
    for (const link of page) {
      problems.push(...brokenLink(link, end, hash));
      end = link;
    }
    if (page.length < pageSize) break;
  }
  for (const id of await audit.unsealed(sealedBefore)) problems.push(`journal ${id} is not sealed`);
  for (const id of await audit.unbalanced()) problems.push(`journal ${id} does not balance`);
  const imbalance = await audit.imbalance();
  if (imbalance !== 0n) problems.push(`debits and credits of the ledger differ by ${imbalance} paise`);
  for (const { subject, what, found, expected } of [...(await audit.drifts()), ...(await audit.lotDrifts())]) {
    problems.push(`${subject}: ${what} differ: ${found} and ${expected}`);
  }
  return { sealed: end.seq, problems };
}

function brokenLink(
  { seq, prevHash, hash: stored, content }: SealedJournal,
  before: { readonly seq: number; readonly hash: Buffer },
  hash: Deps['hash'],
): string[] {
  if (seq !== before.seq + 1) return [`seal ${before.seq + 1} is missing`];
  if (!prevHash.equals(before.hash)) return [`seal ${seq} does not follow seal ${before.seq}`];
  return hash(prevHash, seq, content).equals(stored) ? [] : [`the journal of seal ${seq} is not what was sealed`];
}
