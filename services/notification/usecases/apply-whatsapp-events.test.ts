import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { WhatsAppEvent } from '../clients/whatsapp-webhook.ts';
import type { OwnReceipt, Receipt } from '../domain/receipt.ts';
import type { Notice } from '../repositories/ledger-statements.ts';
import type { TemplateJudgement } from '../repositories/whatsapp-templates.ts';
import { aReceipt } from '../test/receipts.ts';
import { applyWhatsappEvents } from './apply-whatsapp-events.ts';

const now = () => new Date('2026-11-23T06:00:00Z');

const campaignId = '019ab000-0000-7000-8000-0000000000cc';

/** Applies these events; the first of the receipts that are ours is known already. */
const apply = async (events: readonly WhatsAppEvent[] | undefined) => {
  const kept: OwnReceipt[] = [];
  const receipts = {
    async add(own: readonly OwnReceipt[]) {
      kept.push(...own.slice(1));
      return own.slice(1);
    },
  };
  const raised: OwnReceipt[] = [];
  const told: Notice[] = [];
  const judged: string[] = [];
  const deps = {
    receipts,
    deliveries: {
      apply: async (own: readonly OwnReceipt[]) => void raised.push(...own),
      audienceOf: async (id: string) => (id === campaignId ? 'audience' : undefined),
    },
    async judgeTemplate({ name, status }: TemplateJudgement) {
      judged.push(`${name} ${status}`);
      return status !== 'PENDING';
    },
    tell: async (notice: Notice) => void told.push(notice),
    phones: { seal: (phone: string) => `sealed ${phone.length}`, nameOf: () => 'name' },
    parse: () => events,
    phoneNumberId: '100000000000001',
    now,
  };
  return { outcomes: await applyWhatsappEvents(deps, ['{}']), kept, raised, told, judged };
};
const receipt = (changes: Partial<Receipt>) => ({ kind: 'receipt', receipt: { ...aReceipt(), ...changes } }) as const;

describe('applyWhatsappEvents', () => {
  it('keeps the receipts of our messages and says what became of everything else', async () => {
    const { outcomes, kept } = await apply([
      receipt({ status: 'sent' }),
      receipt({ status: 'delivered' }),
      receipt({ phoneNumberId: '2' }),
      receipt({ deliveryId: undefined }),
      receipt({ occurredAt: new Date(0) }),
      { kind: 'preference', from: '919876543210', marketing: 'stop', changedAt: now() },
    ]);
    const expected = ['known', 'delivered', 'wrong_sender', 'unknown_message', 'stale', 'preference'];
    assert.deepEqual(outcomes.toSorted(), expected.toSorted());
    assert.deepEqual(
      kept.map(({ status }) => status),
      ['delivered'],
    );
  });

  it('counts a signed body that it cannot read, and does not try it for ever', async () => {
    assert.deepEqual((await apply(undefined)).outcomes, ['unreadable']);
  });

  it('tells consent what people say: a keyword or a setting, never a sentence, and never their phone in clear', async () => {
    const message = (text: string) =>
      ({ kind: 'message', wamid: 'w', from: '919876543210', text, sentAt: now() }) as const;
    const preference = { kind: 'preference', from: '919876543210', changedAt: now() } as const;
    const { outcomes, told } = await apply([
      message('Stop'),
      message('शुरू करें'),
      message('When do you stop serving?'),
      { ...preference, marketing: 'stop' },
      { ...preference, marketing: 'resume' },
      { ...preference, marketing: 'stop', from: 'IN.1234567890' },
    ]);
    assert.deepEqual(outcomes, ['stop', 'start', 'message', 'preference', 'preference', 'unknown_person']);
    assert.deepEqual(
      told.map(({ topic, key, payload }) => [topic, key, payload]),
      [
        [false, 'STOP'],
        [true, 'START'],
        [false, 'user_preferences'],
        [true, 'user_preferences'],
      ].map(([granted, source]) => [
        'user.preference',
        'phone/name',
        { granted, source, phone: 'sealed 12', at: now().toISOString() },
      ]),
    );
  });

  it('tells of failures that are about the person, by their place in the audience', async () => {
    const failed = (seq: number, errorCode: number | undefined, id = campaignId) =>
      receipt({ status: 'failed', errorCode, deliveryId: `${id}.w.${seq}`, wamid: `wamid.${seq}` });
    const { told } = await apply([
      receipt({ status: 'sent' }),
      failed(1, 131026),
      failed(2, 131049),
      failed(3, 131050),
      failed(4, 131000),
      failed(5, undefined),
      failed(6, 131026, '019ab000-0000-7000-8000-0000000000dd'),
      receipt({ status: 'failed', errorCode: 131026, deliveryId: `${campaignId}.t.1`, wamid: 'wamid.t' }),
    ]);
    assert.deepEqual(
      told.map(({ payload }) => {
        const { who, code, optedOut } = payload as { who: object; code: string; optedOut: boolean };
        return [who, code, optedOut];
      }),
      [
        [{ audienceId: 'audience', seq: 1 }, '131026', false],
        [{ audienceId: 'audience', seq: 2 }, '131049', false],
        [{ audienceId: 'audience', seq: 3 }, '131050', true],
      ],
    );
  });

  it('hands on how templates are judged, and says when that is no news', async () => {
    const status = { kind: 'template_status', name: 'festival', language: 'en', reason: '', toldAt: now() } as const;
    const { outcomes, judged } = await apply([
      { ...status, status: 'APPROVED' },
      { ...status, status: 'PENDING' },
    ]);
    assert.deepEqual(
      [outcomes, judged],
      [
        ['template_status', 'known'],
        ['festival APPROVED', 'festival PENDING'],
      ],
    );
  });

  it('has nothing to say about kinds that the platform does not use', async () => {
    assert.deepEqual((await apply([])).outcomes, []);
  });
});
