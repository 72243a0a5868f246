import { DomainError } from '@doffers/errors';
import type { Paise } from '@doffers/money';
import { type ActiveMandate, askAgainMs, isWanted, switchedOff } from '../domain/auto-topup.ts';
import { type Topup, topupNotFound } from '../domain/topup.ts';
import type { AutoTopupDeps } from './auto-topup-deps.ts';
import { orderTopup } from './order-topup.ts';
import { syncTopup } from './sync-topup.ts';

/** How far an automatic top-up got; `pending` waits for the bank. */
type Outcome = { readonly state: 'credited' | 'pending' } | { readonly state: 'declined'; readonly reason: string };
export type AutoTopupOutcome = Outcome & { readonly amount: Paise };

/**
 * Takes a top-up by its shop's mandate, once. That the bank is asked is noted before it is: from then on the gateway is
 * only looked at, since a payment may show there long after it was asked for. One that does not show within an hour was
 * never made, and is asked for again.
 *
 * @throws DomainError `TOPUP_NOT_FOUND`, `GATEWAY_UNAVAILABLE`
 */
export async function chargeAutoTopup(deps: AutoTopupDeps, topupId: string): Promise<AutoTopupOutcome> {
  const { books } = deps;
  const found = await books.topups.find(topupId);
  if (found === undefined) throw topupNotFound();
  const outcome: Outcome = found.payment === undefined ? await take(deps, found) : { state: 'credited' };
  return { ...outcome, amount: found.amount };
}

async function take(deps: AutoTopupDeps, found: Topup): Promise<Outcome> {
  const topup = await orderTopup(deps, found, { isRepetition: true });
  const before = await outcomeOf(deps, topup);
  if (before !== undefined) return before;
  const permission = await mayAsk(deps, topup);
  if (permission.kind !== 'ask') return permission.outcome;
  const refused = await ask(deps, topup, permission.mandate);
  const after = await outcomeOf(deps, topup);
  if (after !== undefined) return after;
  return refused === undefined ? { state: 'pending' } : { state: 'declined', reason: refused };
}

type Permission =
  | { readonly kind: 'ask'; readonly mandate: ActiveMandate }
  | { readonly kind: 'no'; readonly outcome: Outcome };

/** Whether the bank may be asked now, and notes that it is. Whoever switches it off later comes too late for this one. */
async function mayAsk(deps: AutoTopupDeps, topup: Topup): Promise<Permission> {
  const { approved } = await deps.shopAccess(topup.shopId);
  return deps.inTransaction(async ({ walletSettings, wallets, mandates, topups }): Promise<Permission> => {
    const at = deps.now();
    // Locked, so that of two calls one is the first.
    const auto = (await walletSettings.lock(topup.shopId))?.settings.autoTopup;
    if (await topups.wasAsked(topup.id, new Date(at.getTime() - askAgainMs))) return no({ state: 'pending' });
    const wallet = await wallets.find(topup.shopId, at);
    if (!approved || wallet?.status !== 'active' || !isWanted(auto, topup)) {
      return no({ state: 'declined', reason: switchedOff });
    }
    const mandate = await mandates.findActive(topup.shopId);
    if (mandate === undefined) return no({ state: 'declined', reason: 'MANDATE_MISSING' });
    await topups.noteAsked(topup.id, at);
    return { kind: 'ask', mandate };
  });
}

const no = (outcome: Outcome): Permission => ({ kind: 'no', outcome });

/** Asks the bank, and answers why the gateway does not take it, if so. No answer says nothing: it may have been taken. */
async function ask({ gateway }: AutoTopupDeps, topup: Topup, mandate: ActiveMandate): Promise<string | undefined> {
  const { customerId, tokenId } = mandate;
  try {
    return await gateway.chargeToken({ orderId: topup.orderId ?? '', amount: topup.amount, customerId, tokenId });
  } catch (error) {
    if (error instanceof DomainError && error.reason === 'GATEWAY_UNAVAILABLE') return undefined;
    throw error;
  }
}

/** What the gateway knows of the payments for a top-up; undefined when nobody tried to pay it. */
async function outcomeOf(deps: AutoTopupDeps, { id, orderId = '' }: Topup): Promise<Outcome | undefined> {
  const payments = await deps.gateway.listOrderPayments(orderId);
  if (payments.length === 0) return undefined;
  if (payments.some(({ status }) => status === 'captured')) {
    const { payment } = await syncTopup(deps, id);
    return { state: payment === undefined ? 'pending' : 'credited' };
  }
  const [failed] = payments.filter(({ status }) => status === 'failed');
  if (failed === undefined || payments.some(({ status }) => status !== 'failed')) return { state: 'pending' };
  return { state: 'declined', reason: failed.reason ?? 'payment_failed' };
}
