import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { shopNotFound } from '@doffers/ownership';
import type { CopyWriter } from '../clients/copy-writer.ts';
import type { CampaignCopy } from '../domain/campaign-copy.ts';
import type { GeneratedText, ModelCall } from '../domain/generated-text.ts';
import { plainCopy } from '../domain/plain-copy.ts';
import { someFacts } from '../test/facts.ts';
import type { Deps } from './deps.ts';
import { generateText } from './generate-text.ts';

const owner = { userId: 'u1', admin: false };
const input = { shopId: 's1', requestId: 'r1', offerId: 'o1', tone: 'friendly', language: 'english' } as const;
const call = { model: 'm', providerRequestId: 'p', inputTokens: 1, outputTokens: 2 };
const truthful: CampaignCopy = {
  whatsappBody: 'Flat 20% off at Asha Stores until 24 December 2026.',
  title: 'Flat 20% off',
  body: 'At Asha Stores',
};
const lying = { ...truthful, body: 'Now 70% off' };

type Answer = CampaignCopy | 'unavailable';

function setUp(...answers: readonly Answer[]) {
  const asked: Parameters<CopyWriter['write']>[0][] = [];
  const stored: { text: GeneratedText; calls: readonly ModelCall[] }[] = [];
  const writer: CopyWriter = {
    async write(request) {
      const answer = answers[asked.push(request) - 1] ?? 'unavailable';
      return answer === 'unavailable' ? { kind: 'unavailable', calls: [] } : { kind: 'written', copy: answer, call };
    },
  };
  const deps: Deps = {
    writer: answers.length === 0 ? undefined : writer,
    newId: () => 't1',
    now: () => new Date('2026-11-23T06:00:00Z'),
    offers: { factsOf: async () => someFacts() },
    async shopAccess(shopId) {
      if (shopId !== 's1') throw shopNotFound();
      return {
        shopId,
        ownerId: 'u1',
        approved: true,
        name: 'Asha Stores',
        pincode: '560034',
        state: '',
        gstin: '',
        address: '',
      };
    },
    texts: {
      findWritten: async () => stored[0]?.text,
      async saveOnce(_input, text, calls) {
        stored.push({ text, calls });
        return text;
      },
      listOfShop: async () => stored.map(({ text }) => text),
    },
  };
  return { deps, asked, stored };
}

describe('generateText', () => {
  it('shows a model text that keeps to the facts', async () => {
    const { deps, stored } = setUp(truthful);
    const text = await generateText(deps, owner, input);
    assert.deepEqual([text.source, text.body], ['model', truthful.body]);
    assert.deepEqual(stored[0]?.calls, [{ ...call, outcome: 'used' }]);
  });

  it('asks again once, naming the rule that was broken', async () => {
    const { deps, asked, stored } = setUp(lying, truthful);
    assert.equal((await generateText(deps, owner, input)).source, 'model');
    assert.deepEqual(
      asked.map(({ broken }) => broken),
      [[], ['percent', 'number']],
    );
    assert.deepEqual(
      stored[0]?.calls.map(({ outcome }) => outcome),
      ['broke percent, number', 'used'],
    );
  });

  it('falls back to the plain text after two lies, and still records what they cost', async () => {
    const { deps, stored } = setUp(lying, lying, truthful);
    const text = await generateText(deps, owner, input);
    assert.deepEqual([text.source, text.body], ['template', plainCopy(someFacts(), 'english').body]);
    assert.equal(stored[0]?.calls.length, 2);
  });

  it('needs neither a key nor a working model', async () => {
    assert.equal((await generateText(setUp().deps, owner, input)).source, 'template');
    assert.equal((await generateText(setUp('unavailable').deps, owner, input)).source, 'template');
  });

  it('does not pay twice for a repeated call', async () => {
    const { deps, asked } = setUp(truthful, truthful);
    const first = await generateText(deps, owner, input);
    assert.deepEqual(await generateText(deps, owner, input), first);
    assert.equal(asked.length, 1);
  });

  it('refuses a stranger before anything is asked or stored', async () => {
    const { deps, asked, stored } = setUp(truthful);
    await assert.rejects(generateText(deps, { userId: 'u2', admin: false }, input), { reason: 'SHOP_NOT_FOUND' });
    assert.deepEqual([asked.length, stored.length], [0, 0]);
  });
});
