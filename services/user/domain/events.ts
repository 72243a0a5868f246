import type { Decision } from './shop.ts';

/** What this service tells others, through its outbox. `key` is whose events keep their order. */
export type ShopRegistered = {
  readonly topic: 'shop.registered';
  readonly key: string;
  readonly payload: { readonly shopId: string; readonly ownerId: string };
};

export type ShopDecided = {
  readonly topic: 'shop.decided';
  readonly key: string;
  readonly payload: {
    readonly shopId: string;
    readonly decision: Decision;
    readonly version: number;
    readonly decidedBy: string;
  };
};

export type UserEvent = ShopRegistered | ShopDecided;

/** Who caused an event: what follows from it carries them as audit data. */
export function actorOf({ topic, payload }: UserEvent): string {
  return topic === 'shop.decided' ? payload.decidedBy : payload.ownerId;
}
