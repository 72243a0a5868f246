import type { WhatsAppEvent } from '../clients/whatsapp-webhook.ts';
import { judgeReceipt, type Receipt } from '../domain/receipt.ts';
import type { DeliveryReceipts } from '../repositories/delivery-receipts.ts';
import type { ReceiptRepository } from '../repositories/receipt-repository.ts';

type Deps = {
  /** Receipts within one transaction. */
  readonly receipts: ReceiptRepository;
  /** The deliveries that receipts are about, in the same transaction. */
  readonly deliveries: DeliveryReceipts;
  readonly parse: (body: string) => readonly WhatsAppEvent[] | undefined;
  /** Our sender; what is reported about another one is not ours. */
  readonly phoneNumberId: string;
  readonly now: () => Date;
};

/**
 * Applies what WhatsApp reported, and answers what became of each thing. Receipts about our messages are kept and raise their deliveries; what is
 * about others, too old, or known already is counted and changes nothing.
 */
export async function applyWhatsappEvent(deps: Deps, body: string): Promise<readonly string[]> {
  const events = deps.parse(body);
  if (events === undefined) return ['unreadable'];
  const receipts = events.flatMap((event) => (event.kind === 'receipt' ? [event.receipt] : []));
  const others = events.flatMap((event) => (event.kind === 'receipt' ? [] : [event.kind]));
  return [...others, ...(await applyReceipts(deps, receipts))];
}

async function applyReceipts(deps: Deps, reported: readonly Receipt[]): Promise<readonly string[]> {
  const { receipts, deliveries, phoneNumberId, now } = deps;
  const at = now();
  const judged = reported.map((receipt) => judgeReceipt(receipt, { phoneNumberId, now: at }));
  const refused = judged.flatMap((judgement) => ('refused' in judgement ? [judgement.refused] : []));
  const own = judged.flatMap((judgement) => ('own' in judgement ? [judgement.own] : []));
  const fresh = await receipts.add(own, at);
  await deliveries.apply(fresh, at);
  const known = Array.from({ length: own.length - fresh.length }, () => 'known');
  return [...refused, ...known, ...fresh.map(({ status }) => status)];
}
