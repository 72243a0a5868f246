import { documentSource } from '../domain/document-source.ts';
import type { Check, CheckPage, Finding } from '../domain/reconciliation.ts';
import { pageOf } from '../domain/reconciliation.ts';
import type { Books } from '../repositories/books.ts';
import { type SettlementCheckDeps, settlementPage } from './import-settlement.ts';
import { closedHoldsPage, type HoldCheckDeps, overdueHoldsPage } from './recon-hold-checks.ts';
import { type ChainEnd, verifyChain } from './verify-ledger.ts';

export type CheckDeps = HoldCheckDeps &
  SettlementCheckDeps & {
    readonly books: Pick<Books, 'facts' | 'audit' | 'chain'>;
    readonly chainHash: (prevHash: Buffer, seq: number, content: unknown) => Buffer;
    /** The lowest id that something of this instant can have. */
    readonly firstIdAt: (at: Date) => Buffer;
    /** What the first link of the chain follows. */
    readonly genesis: Buffer;
  };

/** Each is summed from its first entry on, and a page must fit into the time that a caller waits. */
const walletsAtOnce = 50;
/** A transaction may still commit under an older id; none takes nearly as long. */
const settledAfterMs = 10 * 60_000;
/** How long a document may be under way, and a hold open that its time and its workflow have left. */
const dueAfterMs = 3_600_000;
/** The relay delivers within a second; this long means that it is stuck. */
const lagLimitMs = 15 * 60_000;

/** The checks of reconciliation, as docs/money.md explains them. */
export function reconChecks(deps: CheckDeps): readonly Check[] {
  const { books, firstIdAt, now, pageSize: limit } = deps;
  const { facts } = books;
  const ago = (ms: number) => new Date(now().getTime() - ms);
  const settled = () => firstIdAt(ago(settledAfterMs));
  const due = () => firstIdAt(ago(dueAfterMs));
  const check = (id: Check['id'], page: Check['page'], isAppendOnly = false): Check => ({ id, page, isAppendOnly });
  return [
    check('R1', (after) => unbalancedPage(deps, { after, before: settled() }), true),
    check('R2', (after) => walletsPage(deps, after)),
    check('R3', (after) => overdueHoldsPage(deps, { after, overdueAt: ago(dueAfterMs) })),
    check('R4', (after) => closedHoldsPage(deps, { after, dueAfterMs })),
    check('R5', (after) => facts.brokenSeries({ after, before: settled(), limit })),
    check('R6', (after) => facts.driftedAdvances({ after, before: settled(), limit }), true),
    check('R7', (after) => settlementPage(deps, after), true),
    check('R8', (after) => sealsPage(deps, { after, before: settled() })),
    check('R9', () => facts.oldestUndelivered(ago(lagLimitMs))),
    check('R10', (after) => undocumentedPage(deps, { after, before: due() }), true),
    check('R11', (after) => facts.driftedUnits({ after, limit })),
    check('R12', () => facts.paidForNothing(ago(dueAfterMs), limit)),
  ];
}

type Range = { readonly after: string | undefined; readonly before: Buffer };

/** R1: journals whose sides differ. */
async function unbalancedPage({ books, pageSize: limit }: CheckDeps, range: Range): Promise<CheckPage> {
  const journals = await books.facts.journals({ ...range, limit });
  const [from, to] = [journals[0]?.id, journals.at(-1)?.id];
  const wrong = new Set(from === undefined || to === undefined ? [] : await books.audit.unbalanced({ from, to }));
  const findings = journals
    .filter(({ id }) => wrong.has(id))
    .map(({ id, key: reference }) => ({ kind: 'journal_unbalanced', reference, details: { journalId: id } }));
  return pageOf(journals, limit, ({ id }) => id, findings);
}

/** R2: wallets and lots that differ from what moved them. */
async function walletsPage({ books, pageSize }: CheckDeps, after: string | undefined): Promise<CheckPage> {
  const limit = Math.min(pageSize, walletsAtOnce);
  const shops = await books.facts.shops({ after, limit });
  if (shops.length === 0) return pageOf(shops, limit, String, []);
  const drifts = [...(await books.audit.drifts(shops)), ...(await books.audit.lotDrifts(shops))];
  const findings = [...Map.groupBy(drifts, ({ shopId }) => shopId)].map(([shopId, drifts]): Finding => {
    const differences = drifts.map(({ subject, what, found, expected }) => ({ subject, what, found, expected }));
    return { kind: 'wallet_drift', reference: shopId, shopId, details: { differences } };
  });
  return pageOf(shops, limit, String, findings);
}

/** R8: the chain from its beginning, then the journals, whether each is in it. */
function sealsPage(deps: CheckDeps, { after, before }: Range): Promise<CheckPage> {
  const [, unsealedAfter] = /^journals\/(.*)$/.exec(after ?? '') ?? [];
  if (unsealedAfter === undefined) return chainPage(deps, after);
  return unsealedPage(deps, { after: unsealedAfter === '' ? undefined : unsealedAfter, before });
}

async function chainPage(
  { books, chainHash: hash, genesis, pageSize: limit }: CheckDeps,
  after: string | undefined,
): Promise<CheckPage> {
  const [seq, hex] = after?.split('/') ?? [];
  const begin: ChainEnd =
    hex === undefined ? { seq: 0, hash: genesis } : { seq: Number(seq), hash: Buffer.from(hex, 'hex') };
  const { examined, problems, end } = await verifyChain({ chain: books.chain, hash }, { end: begin, limit });
  const findings: Finding[] = problems.map(({ seq, problem }) => ({
    kind: 'chain_broken',
    reference: `seal/${seq}`,
    details: { problem },
  }));
  const last = examined < limit ? 'journals/' : `${end.seq}/${end.hash.toString('hex')}`;
  return { examined, findings, last, isThrough: false };
}

async function unsealedPage({ books, pageSize: limit }: CheckDeps, range: Range): Promise<CheckPage> {
  const journals = await books.facts.journals({ ...range, limit });
  const [from, to] = [journals[0]?.id, journals.at(-1)?.id];
  const unsealed = from === undefined || to === undefined ? [] : await books.audit.unsealed({ from, to });
  const findings = unsealed.map((id) => ({ kind: 'journal_unsealed', reference: `journal/${id}`, details: {} }));
  return pageOf(journals, limit, ({ id }) => `journals/${id}`, findings);
}

/** R10: what was sold, taken in advance or given back, without its document. Holds are compared by R4. */
async function undocumentedPage({ books, pageSize: limit }: CheckDeps, range: Range): Promise<CheckPage> {
  const journals = await books.facts.journals({ ...range, limit });
  const wanted = journals.flatMap((journal) => {
    const source = documentSource(journal);
    return source === undefined ? [] : [{ journalId: journal.id, source }];
  });
  const missing = await books.facts.undocumented(wanted);
  const findings = missing.map((reference) => ({ kind: 'document_missing', reference, details: {} }));
  return pageOf(journals, limit, ({ id }) => id, findings);
}
