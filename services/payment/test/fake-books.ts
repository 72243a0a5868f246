import assert from 'node:assert/strict';
import { DomainError } from '@doffers/errors';
import { paise } from '@doffers/money';
import type { Mandate } from '../domain/auto-topup.ts';
import type { PaymentEvent } from '../domain/events.ts';
import type { Journal } from '../domain/ledger.ts';
import type { BreakKind } from '../domain/payment.ts';
import type { Refund } from '../domain/refund.ts';
import type { Topup } from '../domain/topup.ts';
import { emptyWallet, type Wallet } from '../domain/wallet.ts';
import type { Books } from '../repositories/books.ts';

/** Books in memory: what use cases see of the real ones, without transactions. */
export function fakeBooks(...known: Topup[]) {
  const topups = new Map(known.map((topup) => [topup.id, topup]));
  const requests = new Map<string, { topupId: string; asked: string }>();
  const wallets = new Map<string, Wallet>(known.map(({ shopId }) => [shopId, emptyWallet(shopId)]));
  const journals = new Map<string, Journal>();
  const events: PaymentEvent[] = [];
  const breaks: { kind: BreakKind; about: { readonly id: string } }[] = [];
  const mandates = new Map<string, Mandate>();
  const refunds = new Map<string, Refund>();

  const books: Pick<Books, 'ledger' | 'wallets' | 'topups' | 'refunds' | 'mandates' | 'breaks' | 'events'> = {
    ledger: {
      async post(journal) {
        if (journals.has(journal.key)) return 'known';
        journals.set(journal.key, journal);
        return 'posted';
      },
      async postNew(written) {
        for (const journal of written) journals.set(journal.key, journal);
      },
      read: async (keys) => [...journals.values()].filter(({ key }) => keys.includes(key)),
      listWalletEntries: async () => [],
    },
    wallets: {
      find: async (shopId) => wallets.get(shopId),
      lock: async (shopId) => wallets.get(shopId),
      list: async (shopIds) => new Map([...wallets].filter(([shopId]) => shopIds.includes(shopId))),
      hold: async () => assert.fail('no use case of a unit test holds money'),
      async open(shopId) {
        if (!wallets.has(shopId)) wallets.set(shopId, emptyWallet(shopId));
      },
      async change(shopId, { postedCash = paise(0) }, updatedAt) {
        const wallet = wallets.get(shopId);
        if (wallet === undefined) return false;
        wallets.set(shopId, { ...wallet, postedCash: paise(wallet.postedCash + postedCash), updatedAt });
        return true;
      },
    },
    topups: {
      async createOnce(input, topup) {
        const key = `${input.shopId}/${input.requestId}`;
        const earlier = requests.get(key);
        if (earlier === undefined) {
          requests.set(key, { topupId: topup.id, asked: JSON.stringify(input) });
          topups.set(topup.id, topup);
          return topup;
        }
        if (earlier.asked !== JSON.stringify(input))
          throw new DomainError('already_exists', 'IDEMPOTENCY_KEY_REUSED', '');
        return topups.get(earlier.topupId) ?? topup;
      },
      find: async (id) => topups.get(id),
      lock: async (id) => topups.get(id),
      lockByOrder: async (orderId) => [...topups.values()].find((topup) => topup.orderId === orderId),
      async setOrder(id, orderId) {
        const topup = topups.get(id);
        if (topup === undefined) throw new Error(`no top-up ${id}`);
        const ordered = { ...topup, orderId: topup.orderId ?? orderId };
        topups.set(id, ordered);
        return ordered;
      },
      async expireOthers(shopId, than, now) {
        for (const topup of topups.values()) {
          const isOpen = topup.payment === undefined && topup.expiresAt > now;
          if (topup.shopId === shopId && topup.id !== than && isOpen)
            topups.set(topup.id, { ...topup, expiresAt: now });
        }
      },
      async noteFailure(orderId, lastFailure) {
        const topup = [...topups.values()].find((open) => open.orderId === orderId && open.payment === undefined);
        if (topup !== undefined) topups.set(topup.id, { ...topup, lastFailure });
        return topup !== undefined;
      },
      wasAsked: async () => false,
      noteAsked: async () => undefined,
      async setCredited(id, payment) {
        const topup = topups.get(id);
        if (topup !== undefined && topup.payment === undefined)
          topups.set(id, { ...topup, lastFailure: undefined, payment });
      },
    },
    refunds: {
      async createOnce(refund) {
        const earlier = [...refunds.values()].find(({ source }) => source === refund.source);
        if (earlier === undefined) refunds.set(refund.id, refund);
        return earlier ?? refund;
      },
      find: async (id) => refunds.get(id),
      findBySource: async (source) => [...refunds.values()].find((refund) => refund.source === source),
      lock: async (id) => refunds.get(id),
      creditRefundedOf: async () => paise(0),
      save: async (refund) => void refunds.set(refund.id, refund),
      list: async () => [...refunds.values()],
    },
    mandates: {
      createOnce: async (mandate) => mandates.get(mandate.topupId) ?? (mandates.set(mandate.topupId, mandate), mandate),
      async confirm(topupId, tokenId) {
        const mandate = mandates.get(topupId);
        if (mandate !== undefined) mandates.set(topupId, { ...mandate, tokenId });
      },
      findActive: async () => undefined,
      revoke: async () => mandates.clear(),
      listUndeleted: async () => [],
      noteDeleted: async () => undefined,
    },
    events: { append: async (event) => void events.push(event) },
    breaks: {
      async record(kind, about) {
        breaks.push({ kind, about });
      },
    },
  };
  const inTransaction = <T>(work: (within: typeof books) => Promise<T>): Promise<T> => work(books);
  return { books, inTransaction, topups, wallets, journals, breaks, refunds, mandates, events };
}
