import { microRupees, paise } from '@doffers/money';
import type { Quote } from '../domain/quote.ts';
import { aCampaign } from './campaigns.ts';

/** A quote of the draft of `aCampaign`, good for a quarter of an hour; name only what the test is about. */
export function aQuote(changes: Partial<Quote> = {}): Quote {
  const createdAt = new Date('2026-11-23T06:00:00Z');
  return {
    id: '019ab000-0000-7000-8000-0000000000d1',
    campaignId: aCampaign().id,
    requestId: 'q1',
    version: 1,
    audienceId: '019ab000-0000-7000-8000-0000000000e1',
    customers: 2,
    lines: [
      { channel: 'push', size: 2, rate: microRupees(50_000), taxable: paise(10) },
      { channel: 'in_app', size: 2, rate: microRupees(20_000), taxable: paise(4) },
    ],
    exclusions: [{ channel: 'push', reason: 'OPTED_OUT', count: 1 }],
    price: { taxable: paise(14), tax: paise(3), total: paise(17) },
    offerEndAt: new Date('2026-12-01T00:00:00Z'),
    createdAt,
    expiresAt: new Date(createdAt.getTime() + 900_000),
    ...changes,
  };
}
