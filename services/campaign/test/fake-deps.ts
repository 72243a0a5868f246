import { DomainError } from '@doffers/errors';
import { microRupees, paise, sumPaise } from '@doffers/money';
import { shopNotFound } from '@doffers/ownership';
import type { Judgement } from '../clients/template-provider.ts';
import type { Campaign } from '../domain/campaign.ts';
import type { Control } from '../domain/control.ts';
import type { ChannelCounts } from '../domain/funnel.ts';
import type { Quote } from '../domain/quote.ts';
import type { Template } from '../domain/template.ts';
import type { Deps } from '../usecases/deps.ts';
import { aCampaign } from './campaigns.ts';
import { fakeLaunches } from './fake-launches.ts';

export const owner = { userId: aCampaign().ownerId, admin: false };
export const stranger = { userId: '019ab000-0000-7000-8000-0000000000ff', admin: false };
export const now = new Date('2026-11-23T06:00:00Z');

export const announcement: Template = {
  id: '019b7600-0000-7000-8000-000000000001',
  shopId: undefined,
  name: 'offer_announcement',
  language: 'en',
  body: 'Hi {{1}}, {{2}} has an offer for you: {{3}}. Valid until {{4}}. Show this message at the shop.',
  category: 'marketing',
  variableCount: 4,
  examples: ['Asha', 'Asha Stores', '20% off', '30 November'],
  state: 'approved',
  rejectionReason: '',
  createdAt: new Date('2026-01-01T00:00:00Z'),
};

export type FakeDeps = Deps & {
  readonly stored: Map<string, Campaign>;
  readonly kept: { readonly quotes: Map<string, Quote>; readonly templates: Template[] };
  /** What was asked of the outside, in its order. */
  readonly asked: string[];
  /** What the outside answers next; change it as the test needs. */
  readonly outside: {
    now: Date;
    sizes: Record<string, number>;
    counts: readonly ChannelCounts[];
    approved: boolean;
    judgement: () => Judgement;
  };
};

/**
 * The outside of the use cases in memory: one approved shop with one published offer, a directory that knows one PIN
 * code, two customers on every channel, workflows that hold the money at once.
 */
export function fakeDeps(...campaigns: readonly Campaign[]): FakeDeps {
  const stored = new Map(campaigns.map((campaign) => [campaign.id, campaign]));
  const kept = { quotes: new Map<string, Quote>(), templates: [announcement] };
  const asked: string[] = [];
  const outside: FakeDeps['outside'] = {
    now,
    sizes: { whatsapp: 2, push: 2, in_app: 2 },
    counts: [],
    approved: true,
    judgement: () => ({ status: 'PENDING', reason: '' }),
  };
  const audiences = new Map<string, { id: string; expiresAt: Date }>();
  const controls = new Map<string, Control>();
  const tests = new Map<string, number>();
  const submitted = new Set<string>();
  const change = (fits: (template: Template) => boolean, changes: Partial<Template>) => {
    for (const [index, template] of kept.templates.entries()) {
      if (fits(template)) kept.templates[index] = { ...template, ...changes };
    }
  };
  const { shopId: known, ownerId, offerId: ownOffer } = aCampaign();
  const created = new Map<string, Campaign>();
  let made = 0;

  const control =
    (state: 'paused' | 'sending' | 'cancelled') =>
    async ({ requestId }: { requestId: string }) => {
      asked.push(`${state} ${requestId}`);
      return { state, openMessages: 3, sendAt: now };
    };

  return {
    stored,
    kept,
    asked,
    outside,
    rates: { whatsapp: microRupees(990_000), push: microRupees(50_000), in_app: microRupees(20_000) },
    sendRates: { whatsapp: 80, push: 500, in_app: 2_000 },
    quoteTtlMs: 900_000,
    newId: () => `019ab000-0000-7000-8000-0000000001${String(made++).padStart(2, '0')}`,
    now: () => outside.now,
    async shopAccess(shopId) {
      if (shopId !== known) throw shopNotFound();
      const shop = { shopId, ownerId, pincode: '560034', approved: outside.approved };
      return { ...shop, name: 'Asha Stores', state: 'Karnataka', gstin: '', address: '' };
    },
    directory: {
      async offerOf(_shopId, offerId) {
        if (offerId !== ownOffer) throw new DomainError('not_found', 'OFFER_NOT_FOUND', 'there is no such offer');
        return { active: true, startAt: undefined, endAt: new Date('2026-12-01T00:00:00Z') };
      },
      async requirePincodes(pincodes) {
        const unknown = pincodes.find((pincode) => pincode !== '560034');
        if (unknown !== undefined)
          throw new DomainError('invalid_argument', 'PINCODE_UNKNOWN', 'there is no such PIN code');
      },
    },
    audiences: {
      async freeze({ audienceId, channels }) {
        asked.push(`freeze ${audienceId}`);
        const { sizes } = outside;
        const exclusions = [{ channel: 'push', reason: 'OPTED_OUT', count: 1 }] as const;
        return {
          customers: 2,
          sizes: Object.fromEntries(channels.map((name) => [name, sizes[name] ?? 0])),
          exclusions,
        };
      },
    },
    pricing: {
      async price(_shopId, lines) {
        const taxable = sumPaise(lines.map(({ size, rate }) => paise(Math.round((size * rate) / 10_000))));
        const tax = paise(Math.round(taxable * 0.18));
        return { price: { taxable, tax, total: paise(taxable + tax) }, included: new Map<string, number>() };
      },
      invoice: async (id) => ({ number: `DOF/2627/${id.slice(-6)}`, total: paise(17) }),
    },
    dispatch: {
      counts: async () => outside.counts,
      recipients: async ({ pageSize }) => ({ recipients: [], nextPageToken: `after ${pageSize}` }),
      async sendTest({ campaignId, number, channel, message }) {
        asked.push(`test ${channel} ${message.title}`);
        return { deliveryId: `${campaignId}.t.${number}` };
      },
    },
    workflows: {
      async launch({ launchNo, requestId, sendAt }) {
        asked.push(`launch ${launchNo} ${requestId}`);
        return { held: paise(17), sendAt };
      },
      pause: control('paused'),
      resume: control('sending'),
      cancel: control('cancelled'),
      async reschedule({ requestId, sendAt }) {
        asked.push(`rescheduled ${requestId}`);
        return { state: 'scheduled', openMessages: 0, sendAt };
      },
    },
    campaigns: {
      findCreated: async ({ requestId }) => created.get(requestId),
      async createOnce({ requestId }, make) {
        const campaign = make();
        stored.set(campaign.id, campaign);
        created.set(requestId, campaign);
        return campaign;
      },
      find: async (id) => stored.get(id),
      listOfShop: async () => [...stored.values()],
      async save(campaign) {
        const saved = { ...campaign, version: campaign.version + 1 };
        stored.set(campaign.id, saved);
        return saved;
      },
    },
    launches: fakeLaunches(stored),
    quotes: {
      find: async (id) => kept.quotes.get(id),
      findByRequest: async (campaignId, requestId) =>
        [...kept.quotes.values()].find((quote) => quote.campaignId === campaignId && quote.requestId === requestId),
      async createOnce(quote) {
        kept.quotes.set(quote.id, quote);
        return quote;
      },
      async reserveAudience({ campaignId, version, newId: id, now: at, expiresAt }) {
        const key = `${campaignId}/${version}`;
        const noted = audiences.get(key);
        const audience = noted !== undefined && noted.expiresAt > at ? noted : { id, expiresAt };
        audiences.set(key, audience);
        return audience.id;
      },
    },
    controls: {
      find: async (campaignId, requestId) => controls.get(`${campaignId}/${requestId}`),
      keep: async (kept) => void controls.set(`${kept.campaignId}/${kept.requestId}`, kept),
    },
    templates: {
      find: async (shopId, name, language) =>
        kept.templates.find(
          (template) =>
            [shopId, undefined].includes(template.shopId) && template.name === name && template.language === language,
        ),
      async createOnce(_input, make) {
        const template = make();
        kept.templates.push(template);
        return template;
      },
      listForShop: async () => kept.templates,
      async judge({ shopId, name, language }, { state, reason }) {
        change((template) => template.shopId === shopId && template.name === name && template.language === language, {
          state,
          rejectionReason: state === 'rejected' ? reason : '',
        });
      },
      listForReview: async () =>
        kept.templates
          .filter(({ state }) => state === 'pending' || state === 'paused')
          .map((template) => ({ ...template, submitted: submitted.has(template.id) })),
      async reviewed(id, { seen, state, reason }) {
        submitted.add(id);
        change((template) => template.id === id && template.state === seen, { state, rejectionReason: reason });
      },
    },
    templateProvider: {
      async submit({ name }) {
        asked.push(`submit ${name}`);
        return outside.judgement();
      },
      async status(name) {
        asked.push(`status ${name}`);
        return outside.judgement();
      },
    },
    testMessages: {
      async number({ requestId }, limit) {
        const number = tests.get(requestId) ?? tests.size + 1;
        if (number > limit) throw new DomainError('failed_precondition', 'TEST_LIMIT', 'too many test messages');
        tests.set(requestId, number);
        return number;
      },
    },
  };
}
