import type { LedgerAudit } from '../repositories/ledger-audit.ts';
import type { LedgerChain, SealedJournal } from '../repositories/ledger-chain.ts';

type ChainDeps = {
  readonly chain: Pick<LedgerChain, 'readSealed'>;
  readonly hash: (prevHash: Buffer, seq: number, content: unknown) => Buffer;
};

type Deps = ChainDeps & {
  readonly audit: LedgerAudit;
  readonly genesis: Buffer;
  /** Journals with a smaller id should have been sealed by now. */
  readonly sealedBefore: Buffer;
};

/** The last link that was looked at. */
export type ChainEnd = { readonly seq: number; readonly hash: Buffer };

export type LedgerReport = { readonly sealed: number; readonly problems: readonly string[] };

const pageSize = 1_000;

/**
 * Checks that the ledger is what was written: the chain from its beginning, each journal's balance, and the wallets, holds
 * and lots against the entries. Moves nothing and corrects nothing.
 */
export async function verifyLedger(deps: Deps): Promise<LedgerReport> {
  const { audit, sealedBefore } = deps;
  const problems: string[] = [];
  let end: ChainEnd = { seq: 0, hash: deps.genesis };
  for (;;) {
    const page = await verifyChain(deps, { end, limit: pageSize });
    problems.push(...page.problems.map(({ problem }) => problem));
    end = page.end;
    if (page.examined < pageSize) break;
  }
  for (const id of await audit.unsealed({ before: sealedBefore })) problems.push(`journal ${id} is not sealed`);
  for (const id of await audit.unbalanced()) problems.push(`journal ${id} does not balance`);
  const imbalance = await audit.imbalance();
  if (imbalance !== 0n) problems.push(`debits and credits of the ledger differ by ${imbalance} paise`);
  for (const { subject, what, found, expected } of [...(await audit.drifts()), ...(await audit.lotDrifts())]) {
    problems.push(`${subject}: ${what} differ: ${found} and ${expected}`);
  }
  return { sealed: end.seq, problems };
}

/** Checks a page of the chain behind a link of it. */
export async function verifyChain(
  { chain, hash }: ChainDeps,
  { end: before, limit }: { readonly end: ChainEnd; readonly limit: number },
): Promise<{
  readonly examined: number;
  readonly problems: readonly { readonly seq: number; readonly problem: string }[];
  readonly end: ChainEnd;
}> {
  const page = await chain.readSealed({ after: before.seq, limit });
  const problems = page.flatMap((link, at) =>
    brokenLink(link, page[at - 1] ?? before, hash).map((problem) => ({ seq: link.seq, problem })),
  );
  return { examined: page.length, problems, end: page.at(-1) ?? before };
}

function brokenLink(
  { seq, prevHash, hash: stored, content }: SealedJournal,
  before: ChainEnd,
  hash: Deps['hash'],
): string[] {
  if (seq !== before.seq + 1) return [`seal ${before.seq + 1} is missing`];
  if (!prevHash.equals(before.hash)) return [`seal ${seq} does not follow seal ${before.seq}`];
  return hash(prevHash, seq, content).equals(stored) ? [] : [`the journal of seal ${seq} is not what was sealed`];
}
