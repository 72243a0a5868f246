import type { PreferenceReport, UnreachableReport } from '../clients/audience-reports.ts';
import type { WhatsAppEvent } from '../clients/whatsapp-webhook.ts';
import { channelCode, parseDeliveryId } from '../domain/channel.ts';
import { contactFailure } from '../domain/contact-failure.ts';
import { keywordIn } from '../domain/keyword.ts';
import { judgeReceipt, type OwnReceipt, type Receipt } from '../domain/receipt.ts';
import type { DeliveryReceipts } from '../repositories/delivery-receipts.ts';
import type { Notice } from '../repositories/ledger-statements.ts';
import type { ReceiptRepository } from '../repositories/receipt-repository.ts';
import type { SealedPhones } from '../repositories/sealed-phones.ts';
import type { TemplateJudgement } from '../repositories/whatsapp-templates.ts';

type Deps = {
  /** Receipts within one transaction. */
  readonly receipts: ReceiptRepository;
  /** The deliveries that receipts are about, in the same transaction. */
  readonly deliveries: DeliveryReceipts;
  /** Keeps what was said about a template and tells its owner; false when it is no news. */
  readonly judgeTemplate: (judgement: TemplateJudgement) => Promise<boolean>;
  /** Says something to another service, in the same transaction. */
  readonly tell: (notice: Notice) => Promise<void>;
  readonly phones: Pick<SealedPhones, 'seal' | 'nameOf'>;
  readonly parse: (body: string) => readonly WhatsAppEvent[] | undefined;
  /** Our sender; what is reported about another one is not ours. */
  readonly phoneNumberId: string;
  readonly now: () => Date;
};

/**
 * Applies what WhatsApp reported in one or more bodies, and answers what became of each thing. Receipts about our
 * messages are kept and raise their deliveries; what people say about promotions goes to their consent, what WhatsApp
 * says about a template to its owner. What is about others, too old, or known already is counted and changes nothing.
 */
export async function applyWhatsappEvents(deps: Deps, bodies: readonly string[]): Promise<readonly string[]> {
  const parsed = bodies.map(deps.parse);
  const events = parsed.flatMap((found) => found ?? []);
  const outcomes = parsed.flatMap((found) => (found === undefined ? ['unreadable'] : []));
  for (const event of events) if (event.kind !== 'receipt') outcomes.push(await applyOther(deps, event));
  const receipts = events.flatMap((event) => (event.kind === 'receipt' ? [event.receipt] : []));
  return [...outcomes, ...(await applyReceipts(deps, receipts))];
}

async function applyOther(deps: Deps, event: Exclude<WhatsAppEvent, { kind: 'receipt' }>): Promise<string> {
  switch (event.kind) {
    case 'message': {
      const keyword = keywordIn(event.text);
      if (keyword === undefined) return 'message';
      const source = keyword.toUpperCase();
      const told = { phone: event.from, granted: keyword === 'start', source, at: event.sentAt };
      return (await tellPreference(deps, told)) ? keyword : 'unknown_person';
    }
    case 'preference': {
      const granted = event.marketing === 'resume';
      const told = { phone: event.from, granted, source: 'user_preferences', at: event.changedAt };
      return (await tellPreference(deps, told)) ? 'preference' : 'unknown_person';
    }
    case 'template_status': {
      const { kind, toldAt: at, ...judged } = event;
      return (await deps.judgeTemplate({ ...judged, at })) ? kind : 'known';
    }
  }
}

type Told = Omit<PreferenceReport, 'at'> & { readonly at: Date };

/** WhatsApp may name somebody by an id of its own instead of a phone: nobody here is known by that. */
const phonePattern = /^[1-9]\d{6,14}$/;

async function tellPreference({ tell, phones }: Deps, { phone, at, ...told }: Told): Promise<boolean> {
  if (!phonePattern.test(phone)) return false;
  const payload: PreferenceReport = { ...told, phone: phones.seal(phone), at: at.toISOString() };
  await tell({ topic: 'user.preference', key: `phone/${phones.nameOf(phone)}`, payload });
  return true;
}

async function applyReceipts(deps: Deps, reported: readonly Receipt[]): Promise<readonly string[]> {
  const { receipts, deliveries, phoneNumberId, now } = deps;
  const at = now();
  const judged = reported.map((receipt) => judgeReceipt(receipt, { phoneNumberId, now: at }));
  const refused = judged.flatMap((judgement) => ('refused' in judgement ? [judgement.refused] : []));
  const own = judged.flatMap((judgement) => ('own' in judgement ? [judgement.own] : []));
  const fresh = await receipts.add(own, at);
  await deliveries.apply(fresh, at);
  await tellFailures(deps, fresh);
  const known = Array.from({ length: own.length - fresh.length }, () => 'known');
  return [...refused, ...known, ...fresh.map(({ status }) => status)];
}

/** A failure that is about the person. Named by their place in the audience: a receipt knows no customer. */
async function tellFailures({ deliveries, tell }: Deps, receipts: readonly OwnReceipt[]): Promise<void> {
  for (const { status, errorCode, deliveryId, occurredAt } of receipts) {
    const failure = status === 'failed' ? contactFailure(errorCode) : undefined;
    const delivery = parseDeliveryId(deliveryId);
    if (failure === undefined || delivery === undefined) continue;
    const audienceId = await deliveries.audienceOf(delivery.campaignId);
    if (audienceId === undefined) continue;
    const payload: UnreachableReport = {
      who: { audienceId, seq: delivery.seq },
      channel: channelCode.whatsapp,
      token: '',
      code: String(errorCode),
      optedOut: failure === 'opt_out',
      at: occurredAt.toISOString(),
    };
    await tell({ topic: 'user.unreachable', key: `member/${audienceId}/${delivery.seq}`, payload });
  }
}
