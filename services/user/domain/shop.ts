import { DomainError } from '@doffers/errors';
import { isGstin, stateCode, stateLabel, stateOfGstin } from '@doffers/money';

/** Where a shop stands; only an approved one is shown, spends and sends. */
export type Approval = 'pending' | 'approved' | 'rejected' | 'suspended';

/** What an admin can decide. */
export type Decision = Exclude<Approval, 'pending'>;

/** What a shopkeeper writes. */
export type ShopDetails = {
  readonly name: string;
  readonly category: string;
  readonly description: string;
  readonly address: string;
  readonly pincode: string;
  /** Empty for a shop that is not registered for GST. */
  readonly gstin: string;
};

export type Shop = ShopDetails & {
  readonly id: string;
  readonly ownerId: string;
  /** City and state follow the PIN code. */
  readonly city: string;
  readonly state: string;
  readonly approval: Approval;
  /** Why it was rejected or suspended; empty otherwise. */
  readonly approvalReason: string;
  /** Counts the decisions about this shop. */
  readonly decisions: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Rises with every change; the etag is made of it. */
  readonly version: number;
};

/** More shops of one person are not a shopkeeper's any more. */
export const shopsPerOwner = 20;

/** @throws DomainError `GSTIN_INVALID` when a number is given that no tax office has issued */
export function checkGstin(gstin: string): void {
  if (gstin === '' || isGstin(gstin)) return;
  const message = 'this is not a valid GST number: check it against the registration certificate';
  throw new DomainError('invalid_argument', 'GSTIN_INVALID', message, {
    fields: [{ field: 'gstin', description: message, reason: 'check_digit' }],
  });
}

/**
 * A GST number is a registration in one State, and the shop's address is a place of business there.
 *
 * @param state the State of the shop's PIN code
 * @throws DomainError `GSTIN_STATE_MISMATCH`
 */
export function checkGstinState(gstin: string, state: string): void {
  const of = stateCode(state);
  if (gstin === '' || of === undefined || stateOfGstin(gstin) === of) return;
  const registered = stateLabel(stateOfGstin(gstin));
  const message = `this GST number is of ${registered}, the PIN code is in ${stateLabel(of)}: use the number of that State`;
  throw new DomainError('invalid_argument', 'GSTIN_STATE_MISMATCH', message, {
    fields: [{ field: 'gstin', description: message, reason: 'state' }],
  });
}

/** @throws DomainError `SHOP_LIMIT` */
export function checkShopLimit(shopsOfOwner: number): void {
  if (shopsOfOwner < shopsPerOwner) return;
  const message = `one account can have at most ${shopsPerOwner} shops`;
  throw new DomainError('failed_precondition', 'SHOP_LIMIT', message, { info: { limit: String(shopsPerOwner) } });
}

/** An approval can follow on anything but itself; only a shop that waits is rejected, only an approved one suspended. */
const decidable: Readonly<Record<Decision, readonly Approval[]>> = {
  approved: ['pending', 'rejected', 'suspended'],
  rejected: ['pending'],
  suspended: ['approved'],
};

/** @throws DomainError `SHOP_STATE` */
export function decide(shop: Shop, decision: Decision, reason: string): Shop {
  if (!decidable[decision].includes(shop.approval)) {
    const message = `a shop that is ${shop.approval} cannot be ${decision}`;
    throw new DomainError('failed_precondition', 'SHOP_STATE', message, { info: { approval: shop.approval } });
  }
  return { ...shop, approval: decision, approvalReason: reason, decisions: shop.decisions + 1 };
}

/** An owner who changes a rejected shop asks for another look at it. */
export function askAgain(shop: Shop): Shop {
  return shop.approval === 'rejected' ? { ...shop, approval: 'pending', approvalReason: '' } : shop;
}

/** What a shopkeeper asks for; the request id makes it once. */
export type NewShop = ShopDetails & { readonly requestId: string };

/** What an admin decides; the request id makes it once. */
export type ShopDecision = {
  readonly shopId: string;
  readonly requestId: string;
  readonly decision: Decision;
  /** Told to the owner; empty for an approval. */
  readonly reason: string;
};
