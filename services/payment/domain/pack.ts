import { DomainError } from '@doffers/errors';
import { type Charge, charge, microRupees, type Paise, totalTax } from '@doffers/money';
import type { Entitlement } from './entitlement.ts';
import { type InvoiceDraft, saleDraft } from './invoice.ts';
import { credit, debit, type Journal, journal, reversedLines } from './ledger.ts';
import { channels, type MessageUnits } from './message-units.ts';
import { earn } from './revenue.ts';
import { type Supply, taxContextOf } from './supply.ts';
import type { SpendRefusal } from './wallet.ts';

/** The right to have so many offers and to send so many messages, for so many days. */
export type Pack = {
  readonly id: string;
  readonly name: string;
  readonly offers: number;
  readonly messages: MessageUnits;
  /** Without tax. */
  readonly price: Paise;
  readonly validDays: number;
};

/** What a shopkeeper asks for; one `requestId` is one purchase. */
export type PurchaseRequest = {
  readonly shopId: string;
  readonly requestId: string;
  readonly packId: string;
  /** The price without tax that the shop was shown, when it says. */
  readonly expectedPrice?: Paise;
};

/** How far a step got. `void` was undone before it was done and never will be. */
export type ChargeState = 'none' | 'charged' | 'refused' | 'refunded' | 'void';
export type GrantState = 'none' | 'granted' | 'revoked' | 'void';

/** A pack as it was sold. */
export type Purchase = {
  readonly id: string;
  readonly shopId: string;
  readonly buyerId: string;
  readonly pack: Pack;
  readonly supply: Supply;
  /** With tax. */
  readonly total: Paise;
  readonly charge: ChargeState;
  /** Why the charge was refused. */
  readonly refusal?: SpendRefusal | null;
  readonly grant: GrantState;
  readonly createdAt: Date;
};

export function packPrice(pack: Pack, supply: Supply): Charge {
  return charge([{ line: pack.id, quantity: 1, rate: microRupees(pack.price * 10_000) }], taxContextOf(supply));
}

export function purchaseState({
  charge,
  grant,
}: Pick<Purchase, 'charge' | 'grant'>): 'pending' | 'completed' | 'failed' {
  if (charge === 'charged' && grant === 'granted') return 'completed';
  const isUndone = charge === 'refused' || charge === 'refunded' || charge === 'void';
  return isUndone || grant === 'revoked' || grant === 'void' ? 'failed' : 'pending';
}

/** Takes the price from cash: promotional credit is for campaigns. The tax was booked when the money was paid in. */
export function purchaseJournal(purchase: Purchase): Journal {
  const { id, shopId, pack, supply } = purchase;
  const { total, taxable, taxes } = packPrice(pack, supply);
  return journal({ key: `pack-purchase/${id}/charge`, kind: 'pack_purchase', reference: purchaseSource(id) }, [
    debit({ code: 'WALLET_CASH', shopId }, total),
    earn(taxable, { sold: 'pack', state: supply.placeOfSupply }),
    credit({ code: 'ADVANCE_TAX' }, totalTax(taxes)),
  ]);
}

/** Gives the price back: the same lines with their sides exchanged. */
export function refundJournal(purchase: Purchase): Journal {
  const charged = purchaseJournal(purchase);
  const { key: reverses, reference } = charged;
  const about = { key: `pack-purchase/${purchase.id}/refund`, kind: 'pack_refund', reference, reverses } as const;
  return journal(about, reversedLines(charged));
}

/** What a purchase entitles its shop to when it is granted now. */
export function packEntitlement({ id, shopId, pack }: Purchase, now: Date): Entitlement {
  const { offers, messages, validDays } = pack;
  const expiresAt = new Date(now.getTime() + validDays * 24 * 3_600_000);
  return { shopId, source: purchaseSource(id), offers, messages, expiresAt };
}

/** The name of a purchase in the ledger, on its document and among entitlements. */
export const purchaseSource = (id: string) => `pack-purchase/${id}`;

/**
 * The invoice of a completed purchase; undefined for one that failed. It is paid from the wallet to the paisa, so
 * nothing is rounded off.
 *
 * @throws DomainError `PURCHASE_PENDING`
 */
export function packInvoice(purchase: Purchase): InvoiceDraft | undefined {
  const state = purchaseState(purchase);
  if (state === 'failed') return undefined;
  if (state === 'pending') {
    throw new DomainError('failed_precondition', 'PURCHASE_PENDING', 'a purchase is invoiced once it is completed');
  }
  const { id, shopId, pack, supply } = purchase;
  const description = `${pack.name}: ${contentOf(pack)}, valid ${pack.validDays} days`;
  const about = { sold: 'pack', shopId, source: purchaseSource(id), supply, description } as const;
  return saleDraft(about, packPrice(pack, supply));
}

const channelNames = { whatsapp: 'WhatsApp messages', push: 'push notifications', in_app: 'in-app messages' } as const;

/** What a pack gives, as its document says it. */
function contentOf({ offers, messages }: Pack): string {
  const parts = [offers > 0 ? `${offers} offers` : ''];
  for (const channel of channels) parts.push(messages[channel] ? `${messages[channel]} ${channelNames[channel]}` : '');
  return parts.filter((part) => part !== '').join(', ');
}

export function packNotFound(): DomainError {
  return new DomainError('not_found', 'PACK_NOT_FOUND', 'there is no such pack on sale');
}

export function packPriceChanged({ price }: Pack): DomainError {
  const message = 'the price of this pack has changed: look at it again before you buy';
  return new DomainError('failed_precondition', 'PACK_PRICE_CHANGED', message, { info: { pricePaise: String(price) } });
}

export function purchaseNotFound(): DomainError {
  return new DomainError('not_found', 'PURCHASE_NOT_FOUND', 'there is no such purchase');
}
