import { DomainError } from '@doffers/errors';
import {
  type Hold,
  type HoldRequest,
  isPlaced,
  newHold,
  placing,
  refusalOf,
  type Tombstone,
  voided,
} from '../domain/hold.ts';
import { allot, type UnitsLeft, type UnitUse } from '../domain/message-units.ts';
import { emptyWallet, spendRefusalOf, spendRefused, type Wallet } from '../domain/wallet.ts';
import type { HoldDeps } from './hold-deps.ts';
import { postMovement } from './post-movement.ts';

/**
 * Sets the price of the lines aside. The outcome is remembered under the key, a refusal too: a workflow whose shop was
 * short of money asks again under its next number, so that no retry ever turns a refusal into a success.
 *
 * @throws DomainError `INSUFFICIENT_FUNDS`, `WALLET_FROZEN`, `VOIDED`, `IDEMPOTENCY_KEY_REUSED`, `SHOP_NOT_FOUND`,
 * `STATE_UNKNOWN`
 */
export async function placeHold(deps: HoldDeps, request: HoldRequest): Promise<Hold> {
  const earlier = await deps.books.holds.findFor(request);
  if (earlier !== undefined) return replay(earlier);

  const supply = await deps.supplyOf(await deps.shopAccess(request.shopId), 'campaign');
  const about = { id: deps.newId(), supply, createdAt: deps.now() };
  const price = (left: readonly UnitsLeft[], wallet: Wallet = emptyWallet(request.shopId)): Priced => {
    const uses = allot(request.lines, left);
    return { wallet, uses, hold: newHold(request, about, wallet, uses) };
  };

  // What pays needs the balance and the included messages, and both may move before they are changed. Almost always
  // they do not: the first attempt locks nothing before its last statements.
  const { units, wallets } = deps.books;
  const guess = price(
    await units.left(request.shopId, about.createdAt),
    await wallets.find(request.shopId, about.createdAt),
  );
  const isCovered = refusalOf(guess.wallet, guess.hold.amount) === undefined;
  const placed = isCovered ? await tryToPlace(deps, request, guess) : undefined;
  return replay(placed ?? (await placeLocked(deps, request, price)));
}

type Priced = { readonly wallet: Wallet; readonly uses: readonly UnitUse[]; readonly hold: Hold };

/** Answers what the key stands for afterwards, or undefined when the wallet or the included messages changed. */
function tryToPlace({ inTransaction, now }: HoldDeps, request: HoldRequest, { hold, uses }: Priced) {
  return inTransaction(async (books) => {
    if (!(await books.holds.insert(hold, request))) return books.holds.findFor(request);
    if (!(await books.units.use(hold.id, uses))) throw unitsMoved();
    await postMovement(books, placing(hold), now());
    return hold;
  }).catch((error: unknown) => {
    if (spendRefusalOf(error) !== undefined || isUnitsMoved(error)) return undefined;
    throw error;
  });
}

const unitsMoved = () => new DomainError('aborted', 'UNITS_MOVED', 'included messages were used by another hold');
const isUnitsMoved = (error: unknown) => error instanceof DomainError && error.reason === 'UNITS_MOVED';

/** Decides for good: nobody else moves the wallet meanwhile, so a refusal can be written without a rollback. */
function placeLocked(
  { inTransaction, now }: HoldDeps,
  request: HoldRequest,
  price: (left: readonly UnitsLeft[], wallet?: Wallet) => Priced,
): Promise<Hold | Tombstone | undefined> {
  return inTransaction(async (books) => {
    const left = await books.units.lock(request.shopId, now());
    const { wallet, uses, hold } = price(left, await books.wallets.lock(request.shopId, now()));
    const { id, key, shopId, createdAt } = hold;
    const refusal = refusalOf(wallet, hold.amount);
    const outcome = refusal === undefined ? hold : ({ id, key, shopId, createdAt, state: 'refused', refusal } as const);
    if (!(await books.holds.insert(outcome, request))) return books.holds.findFor(request);
    if (refusal !== undefined) return outcome;
    if (!(await books.units.use(hold.id, uses))) throw new Error(`locked units of ${shopId} have moved`);
    await postMovement(books, placing(hold), now());
    return outcome;
  });
}

function replay(found: Hold | Tombstone | undefined): Hold {
  if (found === undefined) throw new Error('a hold that was just stored is not there');
  if (isPlaced(found)) return found;
  throw found.state === 'refused' ? spendRefused(found.refusal) : voided();
}
