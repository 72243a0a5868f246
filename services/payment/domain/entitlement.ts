import { DomainError } from '@doffers/errors';
import type { MessageChannel, MessageUnits } from './message-units.ts';

/** What a shop may use until it expires: offers to publish, and messages that campaigns send without paying for them. */
export type Entitlement = {
  readonly shopId: string;
  /** What granted it, such as `pack-purchase/{id}` or `subscription/{id}/period/{n}`: one source grants once. */
  readonly source: string;
  readonly offers: number;
  readonly messages: MessageUnits;
  readonly expiresAt: Date;
};

/** What a shop may still use, of what has not expired. */
export type Entitlements = {
  readonly shopId: string;
  readonly granted: number;
  readonly used: number;
  /** `used` counts what running campaigns have set aside. */
  readonly messages: readonly { readonly channel: MessageChannel; readonly granted: number; readonly used: number }[];
};

/** What every shop may have without buying anything. */
export const freeOffers = 5;

export function packExhausted(): DomainError {
  const message = 'all offers of your packs are used: buy a pack to create more';
  return new DomainError('failed_precondition', 'PACK_EXHAUSTED', message);
}
