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
import { supplyTo } from '../domain/supply.ts';
import { emptyWallet, spendRefusalOf, spendRefused, type Wallet } from '../domain/wallet.ts';
import type { HoldDeps } from './hold-deps.ts';
import { postMovement } from './post-movement.ts';

/**
 * Sets the price of the lines aside. The outcome is remembered under the key, a refusal too: a workflow whose shop was
 * short of money asks again under its next number, so that no retry ever turns a refusal into a success.
 *
 * @throws DomainError `INSUFFICIENT_FUNDS`, `WALLET_FROZEN`, `VOIDED`, `IDEMPOTENCY_KEY_REUSED`, `SHOP_NOT_FOUND`
 */
export async function placeHold(deps: HoldDeps, request: HoldRequest): Promise<Hold> {
  const earlier = await deps.books.holds.findFor(request);
  if (earlier !== undefined) return replay(earlier);

  const supply = supplyTo(await deps.shopAccess(request.shopId), deps.supplier);
  const about = { id: deps.newId(), supply, createdAt: deps.now() };
  const price = (wallet: Wallet = emptyWallet(request.shopId)) => ({ wallet, hold: newHold(request, about, wallet) });

  // The split between the funds needs the balance, and the balance may move before it is changed. Almost always it
  // does not: the first attempt locks nothing before its last statement.
  const guess = price(await deps.books.wallets.find(request.shopId));
  const isCovered = refusalOf(guess.wallet, guess.hold.amount) === undefined;
  const placed = isCovered ? await tryToPlace(deps, request, guess.hold) : undefined;
  return replay(placed ?? (await placeLocked(deps, request, price)));
}

/** Answers what the key stands for afterwards, or undefined when the wallet changed and does not pay this now. */
function tryToPlace({ inTransaction, now }: HoldDeps, request: HoldRequest, hold: Hold) {
  return inTransaction(async (books) => {
    if (!(await books.holds.insert(hold, request))) return books.holds.findFor(request);
    await postMovement(books, placing(hold), now());
    return hold;
  }).catch((error: unknown) => {
    if (spendRefusalOf(error) !== undefined) return undefined;
    throw error;
  });
}

/** Decides for good: nobody else moves the wallet meanwhile, so a refusal can be written without a rollback. */
function placeLocked(
  { inTransaction, now }: HoldDeps,
  request: HoldRequest,
  price: (wallet?: Wallet) => { wallet: Wallet; hold: Hold },
): Promise<Hold | Tombstone | undefined> {
  return inTransaction(async (books) => {
    const { wallet, hold } = price(await books.wallets.lock(request.shopId));
    const { id, key, shopId, createdAt } = hold;
    const refusal = refusalOf(wallet, hold.amount);
    const outcome = refusal === undefined ? hold : ({ id, key, shopId, createdAt, state: 'refused', refusal } as const);
    if (!(await books.holds.insert(outcome, request))) return books.holds.findFor(request);
    if (refusal === undefined) await postMovement(books, placing(hold), now());
    return outcome;
  });
}

function replay(found: Hold | Tombstone | undefined): Hold {
  if (found === undefined) throw new Error('a hold that was just stored is not there');
  if (isPlaced(found)) return found;
  throw found.state === 'refused' ? spendRefused(found.refusal) : voided();
}
