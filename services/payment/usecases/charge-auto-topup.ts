import type { Paise } from '@doffers/money';
import { type Topup, topupNotFound } from '../domain/topup.ts';
import type { AutoTopupDeps } from './auto-topup-deps.ts';
import { orderTopup } from './order-topup.ts';
import { syncTopup } from './sync-topup.ts';

/** How far an automatic top-up got; `pending` waits for the bank. */
type Outcome = { readonly state: 'credited' | 'pending' } | { readonly state: 'declined'; readonly reason: string };
export type AutoTopupOutcome = Outcome & { readonly amount: Paise };

/**
 * Takes a top-up by its shop's mandate, once: before anything is taken the gateway is asked what was, so a call whose
 * answer was lost is not made twice. An order is paid once at the gateway, and a second payment would go back by itself.
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
  const { books, gateway } = deps;
  const topupId = found.id;
  const topup = await orderTopup(deps, found, { isRepetition: true });
  const orderId = topup.orderId ?? '';
  const before = await outcomeOf(deps, topupId, orderId);
  if (before !== undefined) return before;
  const mandate = await books.mandates.findActive(topup.shopId);
  if (mandate === undefined) return { state: 'declined', reason: 'MANDATE_MISSING' };
  const { customerId, tokenId } = mandate;
  const refused = await gateway.chargeToken({ orderId, amount: topup.amount, customerId, tokenId });
  const after = await outcomeOf(deps, topupId, orderId);
  if (after !== undefined) return after;
  return refused === undefined ? { state: 'pending' } : { state: 'declined', reason: refused };
}

/** What the gateway knows of an order's payments; undefined when nobody tried to pay it. */
async function outcomeOf(deps: AutoTopupDeps, topupId: string, orderId: string): Promise<Outcome | undefined> {
  const payments = await deps.gateway.listOrderPayments(orderId);
  if (payments.length === 0) return undefined;
  if (payments.some(({ status }) => status === 'captured')) {
    const { payment } = await syncTopup(deps, topupId);
    return { state: payment === undefined ? 'pending' : 'credited' };
  }
  const [declined] = payments.filter(({ status }) => status === 'failed');
  if (declined === undefined || payments.some(({ status }) => status !== 'failed')) return { state: 'pending' };
  return { state: 'declined', reason: declined.reason ?? 'payment_failed' };
}
