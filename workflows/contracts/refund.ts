import { defineSignal } from './definitions.ts';

/** Without a shop for a payment that belongs to nobody. */
export type RefundInput = { readonly refundId: string; readonly shopId?: string };
/** `closed`: a person paid it by other means. */
export type RefundResult = { readonly outcome: 'processed' | 'closed'; readonly attempts: number };

/** The gateway has reported: the refund was paid, or turned down. */
export const refundReportedSignal = defineSignal('reported');

export const refundWorkflow = 'refundWorkflow';
export type RefundWorkflow = (input: RefundInput) => Promise<RefundResult>;
