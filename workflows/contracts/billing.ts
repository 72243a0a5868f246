import { defineSignal } from './definitions.ts';

export type PackPurchaseInput = { readonly purchaseId: string; readonly shopId: string };
export type PackPurchaseResult = { readonly outcome: 'completed' };

export const packPurchaseWorkflow = 'packPurchaseWorkflow';
export type PackPurchaseWorkflow = (input: PackPurchaseInput) => Promise<PackPurchaseResult>;

/** `expireAt`, in milliseconds since the epoch, is when the order stops waiting for payment. */
export type TopupInput = { readonly topupId: string; readonly shopId: string; readonly expireAt: number };
export type TopupResult = { readonly outcome: 'credited' | 'expired' };

/** The wallet was credited. */
export const creditedSignal = defineSignal('credited');

export const topupWorkflow = 'topupWorkflow';
export type TopupWorkflow = (input: TopupInput) => Promise<TopupResult>;
