import { type Database, newId, transaction } from '@doffers/database';
import { microRupees, paise } from '@doffers/money';
import type { ShopAccess } from '@doffers/ownership';
import type { PriceLine } from '../domain/hold.ts';
import { credit, debit, journal } from '../domain/ledger.ts';
import type { GstTiming } from '../domain/supply.ts';
import { type Books, createBooks } from '../repositories/books.ts';
import { changeWallet } from '../usecases/change-wallet.ts';
import { createTaxTerms } from '../usecases/tax-terms.ts';

export const supplier = { name: "D'Offers", address: 'Lower Parel, Mumbai', gstin: '27AAPFU0939F1ZV' };

/** A registered shop in the platform's own State, so CGST and SGST. */
export function aShopAccess(changes: Partial<ShopAccess> = {}): ShopAccess {
  return {
    shopId: '019ab000-0000-7000-8000-00000000000a',
    ownerId: '019ab000-0000-7000-8000-0000000000aa',
    approved: true,
    name: 'Asha Stores',
    pincode: '411001',
    state: 'Maharashtra',
    gstin: '27AAJCS5738D1Z6',
    address: '12, M.G. Road, Pune',
    ...changes,
  };
}

/** ₹100.00 with its tax: 84.74, and 7.63 twice. */
export const hundredRupees: readonly PriceLine[] = [
  { line: 'whatsapp', description: 'WhatsApp messages', quantity: 100, rate: microRupees(847_400) },
];

/** What the use cases of a test need, on a real database, of one shop. */
export function holdDeps(db: Database, shop: Partial<ShopAccess> = {}, timing: GstTiming = 'ADVANCE') {
  const books = createBooks(db.manager);
  const now = () => new Date('2026-11-24T06:00:00Z');
  return {
    books,
    inTransaction: <T>(work: (books: Books) => Promise<T>) => transaction(db, (tx) => work(createBooks(tx))),
    shopAccess: async (shopId: string) => aShopAccess({ shopId, ...shop }),
    supplier,
    isWorkflowClosed: async () => true,
    ...createTaxTerms({ tax: books.tax, supplier, timing, now }),
    newId,
    now,
  };
}

/** The same in a process that dies when everything is written and nothing committed. */
export function dyingHoldDeps(db: Database): ReturnType<typeof holdDeps> {
  const deps = holdDeps(db);
  return {
    ...deps,
    inTransaction: (work) =>
      deps.inTransaction(async (books) => {
        await work(books);
        throw new Error('killed before the commit');
      }),
  };
}

/** A shop whose wallet has been paid into and was granted promotional credit. */
export async function aFundedShop(db: Database, cash: number, promo = 0): Promise<string> {
  const shopId = newId();
  await createBooks(db.manager).wallets.open(shopId);
  await payIn(db, shopId, { cash, promo });
  return shopId;
}

/** Pays into a wallet, as the ledger and the balance both show. */
export function payIn(db: Database, shopId: string, { cash = 0, promo = 0 }): Promise<void> {
  return transaction(db, async (tx) => {
    const { ledger, wallets } = createBooks(tx);
    const at = new Date('2026-11-24T05:00:00Z');
    const paid = journal({ key: `test/${newId()}`, kind: 'topup', reference: 'paid in' }, [
      debit({ code: 'GATEWAY_CLEARING' }, paise(cash)),
      credit({ code: 'WALLET_CASH', shopId }, paise(cash)),
      debit({ code: 'PROMO_EXPENSE' }, paise(promo)),
      credit({ code: 'WALLET_PROMO', shopId }, paise(promo)),
    ]);
    await ledger.post(paid, at);
    await changeWallet(wallets, { shopId, change: { postedCash: paise(cash), postedPromo: paise(promo) }, at });
  });
}
