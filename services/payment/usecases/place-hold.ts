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
import { allot } from '../domain/message-units.ts';
import { emptyWallet, spendRefused } from '../domain/wallet.ts';
import type { HoldDeps } from './hold-deps.ts';
import { postMovement } from './post-movement.ts';

/**
 * Sets the price of the lines aside. The outcome is remembered under the key, a refusal too: a workflow whose shop was
 * short of money asks again under its next number, so that no retry ever turns a refusal into a success.
 *
 * It decides with the wallet locked, so that it is right whoever else asks; `createHoldPlacing` is the quick way.
 *
 * @throws DomainError `INSUFFICIENT_FUNDS`, `WALLET_FROZEN`, `VOIDED`, `IDEMPOTENCY_KEY_REUSED`, `SHOP_NOT_FOUND`,
 * `STATE_UNKNOWN`
 */
export async function placeHold(deps: HoldDeps, request: HoldRequest): Promise<Hold> {
  const earlier = await deps.books.holds.findFor(request);
  if (earlier !== undefined) return replay(earlier);
  const supply = await deps.supplyOf(await deps.shopAccess(request.shopId), 'campaign');
  const about = { id: deps.newId(), supply, createdAt: deps.now() };
  return replay(await deps.inTransaction((books) => decide(books, request, about)));
}

/** Nobody else moves the wallet or the included messages meanwhile, so a refusal can be written without a rollback. */
async function decide(
  books: HoldDeps['books'],
  request: HoldRequest,
  about: Pick<Hold, 'id' | 'supply' | 'createdAt'>,
): Promise<Hold | Tombstone | undefined> {
  const { shopId, key, lines } = request;
  const { id, createdAt } = about;
  const uses = allot(lines, await books.units.lock(shopId, createdAt));
  const wallet = (await books.wallets.lock(shopId, createdAt)) ?? emptyWallet(shopId);
  const hold = newHold(request, about, wallet, uses);
  const refusal = refusalOf(wallet, hold.amount);
  const outcome = refusal === undefined ? hold : ({ id, key, shopId, createdAt, state: 'refused', refusal } as const);
  if (!(await books.holds.insert(outcome, request))) return books.holds.findFor(request);
  if (refusal !== undefined) return outcome;
  if (!(await books.units.use(id, uses))) throw new Error(`locked units of ${shopId} have moved`);
  await postMovement(books, placing(hold), createdAt);
  return outcome;
}

function replay(found: Hold | Tombstone | undefined): Hold {
  if (found === undefined) throw new Error('a hold that was just stored is not there');
  if (isPlaced(found)) return found;
  throw found.state === 'refused' ? spendRefused(found.refusal) : voided();
}
