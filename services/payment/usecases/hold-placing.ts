import { isDuplicateKey } from '@doffers/database';
import { DomainError } from '@doffers/errors';
import { paise } from '@doffers/money';
import type { ShopAccess } from '@doffers/ownership';
import { inGroups } from '@doffers/process';
import { type Funds, type Hold, type HoldRequest, newHold, placing, refusalOf } from '../domain/hold.ts';
import type { Supply } from '../domain/supply.ts';
import { changed, spendRefusalOf, spendRefused } from '../domain/wallet.ts';
import type { HoldDeps } from './hold-deps.ts';
import { placeHold } from './place-hold.ts';

type Asked = { readonly request: HoldRequest; readonly shop: ShopAccess };
type Placed = { readonly request: HoldRequest; readonly hold: Hold };

/** Two groups, so that one is made ready while the other waits for the disk. */
const groups = { size: 32, hands: 2 };

/**
 * Places holds as `placeHold` does, and those that are asked for at the same time in one transaction: what a hold costs
 * the database is mostly statements and the commit, and a group shares them. Only what is plain is done so: a new key,
 * covered by the wallet alone. Everything else, and every member of a group in which somebody else's change came between, is
 * decided by `placeHold` with the wallet locked. So the group decides nothing that is refused, and needs to be right
 * only about what it places: the condition on the wallets, in its last statement, and the key of each hold say that.
 */
export function createHoldPlacing(deps: HoldDeps): (request: HoldRequest) => Promise<Hold> {
  const placePlain = inGroups((asked: readonly Asked[]) => placeTogether(deps, asked), groups);
  return async (request) => {
    // A hold that stands is answered also while its shop cannot be read: `placeHold` looks for it first, then asks again.
    const shop = await deps.shopAccess(request.shopId).catch(() => undefined);
    const placed = shop && (await placePlain({ request, shop }));
    return placed ?? placeHold(deps, request);
  };
}

/** Answers for each its hold, or undefined when it has to be decided alone. */
async function placeTogether(deps: HoldDeps, asked: readonly Asked[]): Promise<readonly (Hold | undefined)[]> {
  const placed = await plainOf(deps, asked);
  const at = deps.now();
  const movements = placed.map(({ hold }) => placing(hold));
  try {
    if (placed.length > 0) {
      await deps.inTransaction(async ({ holds, ledger, wallets }) => {
        await holds.insertNew(placed);
        await ledger.postNew(
          movements.flatMap(({ journal }) => journal ?? []),
          at,
        );
        if (!(await wallets.hold(sumsOf(placed), at))) throw spendRefused('INSUFFICIENT_FUNDS');
      });
    }
  } catch (error) {
    if (isDuplicateKey(error) || spendRefusalOf(error) !== undefined) return asked.map(() => undefined);
    throw error;
  }
  const holds = new Map(placed.map(({ request, hold }) => [request, hold]));
  return asked.map(({ request }) => holds.get(request));
}

/** The holds of those that nothing but a change in the same moment can refuse, each priced after those before it. */
async function plainOf(
  { books, suppliesOf, newId, now }: HoldDeps,
  asked: readonly Asked[],
): Promise<readonly Placed[]> {
  const createdAt = now();
  const shopIds = [...new Set(asked.map(({ shop }) => shop.shopId))];
  const [taken, withUnits, found, supplyOf] = await Promise.all([
    books.holds.listTaken(asked.map(({ request }) => request.key)),
    books.units.listShopsWith(shopIds, createdAt),
    books.wallets.list(shopIds, createdAt),
    suppliesOf(
      asked.map(({ shop }) => shop),
      'campaign',
    ),
  ]);
  const keys = new Set(taken);
  const wallets = new Map(found);
  return asked.flatMap(({ request, shop }) => {
    const { key, shopId } = request;
    const wallet = wallets.get(shopId);
    const supply = supplyIfKnown(supplyOf, shop);
    if (keys.has(key) || withUnits.has(shopId) || wallet === undefined || supply === undefined) return [];
    keys.add(key);
    const hold = newHold(request, { id: newId(), supply, createdAt }, wallet);
    if (refusalOf(wallet, hold.amount) !== undefined) return [];
    wallets.set(shopId, changed(wallet, placing(hold).change));
    return [{ request, hold }];
  });
}

function supplyIfKnown(supplyOf: (shop: ShopAccess) => Supply, shop: ShopAccess): Supply | undefined {
  try {
    return supplyOf(shop);
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}

function sumsOf(placed: readonly Placed[]): ReadonlyMap<string, Funds> {
  const sums = new Map<string, Funds>();
  for (const { hold } of placed) {
    const { cash, promo } = sums.get(hold.shopId) ?? { cash: paise(0), promo: paise(0) };
    sums.set(hold.shopId, { cash: paise(cash + hold.amount.cash), promo: paise(promo + hold.amount.promo) });
  }
  return sums;
}
