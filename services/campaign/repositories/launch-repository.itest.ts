import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createDatabase, type Database, migrate, newId } from '@doffers/database';
import { paise } from '@doffers/money';
import { createTestDatabase, type TestDatabase } from '@doffers/testkit';
import type { Campaign } from '../domain/campaign.ts';
import { aCampaign } from '../test/campaigns.ts';
import { launchesContract } from '../test/launches-contract.ts';
import { aQuote } from '../test/quotes.ts';
import { type CampaignRepository, createCampaignRepository } from './campaign-repository.ts';
import { createControlRepository } from './control-repository.ts';
import { createLaunchRepository, type LaunchRepository } from './launch-repository.ts';
import { createQuoteRepository } from './quote-repository.ts';
import { tables } from './tables.ts';
import { createTemplateRepository } from './template-repository.ts';
import { createTestMessageRepository } from './test-message-repository.ts';

const at = new Date('2026-11-23T06:00:00Z');
const later = new Date('2026-11-23T07:00:00Z');

describe('on MariaDB', () => {
  let place: TestDatabase;
  let db: Database;
  let campaigns: CampaignRepository;
  let launches: LaunchRepository;
  before(async () => {
    place = await createTestDatabase('launch');
    db = createDatabase({ url: place.url, ...tables });
    await migrate(db);
    await db.initialize();
    campaigns = createCampaignRepository(db);
    launches = createLaunchRepository(db);
  });
  after(async () => {
    await db.destroy();
    await place.drop();
  });

  const draft = (changes: Partial<Campaign> = {}) => {
    const campaign = aCampaign({ id: newId(), shopId: newId(), ...changes });
    const { shopId, offerId, name, channels, content, audience } = campaign;
    const asked = { shopId, offerId, name, channels, content, audience, requestId: newId() };
    return campaigns.createOnce(asked, () => campaign);
  };

  describe('launch repository', () => {
    launchesContract(() => ({ launches, draft, read: (id) => campaigns.find(id) }));

    it('does not let a change of the plan that began before a launch undo it', async () => {
      const campaign = await draft();
      const { id: campaignId } = campaign;
      const quote = { quoteId: newId(), version: 1, askedSendAt: undefined, createdAt: at };
      await launches.begin({ ...quote, campaignId, requestId: 'r1' });
      await assert.rejects(campaigns.save({ ...campaign, name: 'Late' }), { reason: 'CAMPAIGN_STATE' });
      const stored = await campaigns.find(campaignId);
      assert.deepEqual([stored?.name, stored?.state, stored?.launchNo], [campaign.name, 'launching', 1]);
    });

    it('moves the send time', async () => {
      const { id: campaignId } = await draft();
      const quote = { quoteId: newId(), version: 1, askedSendAt: undefined, createdAt: at };
      const launch = await launches.begin({ ...quote, campaignId, requestId: 'r1' });
      await launches.moveSendTime(launch, later);
      assert.deepEqual((await launches.find(launch))?.sendAt, later);
    });
  });

  describe('quote repository', () => {
    it('gives back what was stored, once per request', async () => {
      const quotes = createQuoteRepository(db);
      const quote = aQuote({ id: newId(), campaignId: newId() });
      assert.deepEqual(await quotes.createOnce(quote), quote);
      assert.deepEqual(await quotes.createOnce({ ...quote, id: newId(), customers: 9 }), quote);
      assert.deepEqual(await quotes.find(quote.id), quote);
      assert.deepEqual(await quotes.findByRequest(quote.campaignId, quote.requestId), quote);
      assert.equal(await quotes.find(newId()), undefined);
    });

    it('keeps one audience per version, whoever asks, until it expires', async () => {
      const quotes = createQuoteRepository(db);
      const asked = { campaignId: newId(), version: 1, now: at, expiresAt: later };
      const parallel = await Promise.all(
        Array.from({ length: 10 }, () => quotes.reserveAudience({ ...asked, newId: newId() })),
      );
      assert.equal(new Set(parallel).size, 1);
      const [first] = parallel;
      const other = await quotes.reserveAudience({ ...asked, version: 2, newId: newId() });
      const expired = { ...asked, now: later, expiresAt: new Date('2026-11-23T08:00:00Z') };
      const renewed = await quotes.reserveAudience({ ...expired, newId: newId() });
      assert.equal(new Set([first, other, renewed]).size, 3);
      assert.equal(await quotes.reserveAudience({ ...expired, newId: newId() }), renewed);
    });
  });

  describe('control repository', () => {
    it('keeps the first answer of a request', async () => {
      const controls = createControlRepository(db);
      const campaignId = newId();
      const answer = { state: 'paused', openMessages: 7, sendAt: at } as const;
      const pause = { ...answer, campaignId, requestId: 'r1', actorId: newId(), command: 'pause', createdAt: at };
      assert.equal(await controls.find(campaignId, 'r1'), undefined);
      await controls.keep(pause);
      await controls.keep({ ...pause, openMessages: 0 });
      assert.deepEqual(await controls.find(campaignId, 'r1'), pause);
    });
  });

  describe('test message repository', () => {
    it('numbers attempts without a gap, the same request alike, up to the limit', async () => {
      const tests = createTestMessageRepository(db);
      const { id: campaignId } = await draft();
      const asked = { campaignId, userId: newId(), channel: 'push', createdAt: at } as const;
      const ask = (requestId: string) => tests.number({ ...asked, requestId }, 3);
      const numbers = await Promise.all(['a', 'b', 'a', 'c', 'c'].map(ask));
      assert.deepEqual(new Set(numbers), new Set([1, 2, 3]));
      await assert.rejects(ask('d'), { reason: 'TEST_LIMIT' });
      assert.equal(await ask('a'), numbers[0]);
      const other = { ...asked, requestId: 'a', channel: 'in_app' } as const;
      await assert.rejects(tests.number(other, 3), { reason: 'IDEMPOTENCY_KEY_REUSED' });
    });
  });

  describe('template repository', () => {
    const asked = (changes: object = {}) => ({
      shopId: newId(),
      name: 'festival',
      language: 'en',
      category: 'marketing' as const,
      body: 'Hello {{1}}, come by.',
      examples: ['Asha'],
      requestId: newId(),
      ...changes,
    });
    const made = ({ requestId: _, ...input }: ReturnType<typeof asked>) => ({
      ...input,
      id: newId(),
      variableCount: 1,
      state: 'pending' as const,
      rejectionReason: '',
      createdAt: at,
    });

    it('has the templates of the platform, in every language it writes', async () => {
      const templates = createTemplateRepository(db);
      for (const language of ['en', 'hi', 'ta', 'te', 'bn']) {
        const template = await templates.find(newId(), 'offer_announcement', language);
        assert.deepEqual([template?.state, template?.variableCount, template?.shopId], ['approved', 4, undefined]);
      }
    });

    it("stores a shop's template once, and shows it to that shop only", async () => {
      const templates = createTemplateRepository(db);
      const input = asked();
      const template = await templates.createOnce(input, () => made(input));
      assert.deepEqual(await templates.createOnce(input, () => made(input)), template);
      assert.deepEqual(await templates.find(input.shopId, 'festival', 'en'), template);
      assert.equal(await templates.find(newId(), 'festival', 'en'), undefined);
      const page = await templates.listForShop({ shopId: input.shopId, limit: 3, after: undefined });
      assert.deepEqual(page.map(({ name }) => name).toSorted(), [
        'festival',
        'offer_announcement',
        'offer_announcement',
      ]);
      const last = page.at(-1);
      assert.ok(last);
      const rest = { shopId: input.shopId, limit: 10, after: { at: last.createdAt, id: last.id } };
      assert.equal((await templates.listForShop(rest)).length, 3);
    });

    it("refuses a name twice in a language, and the platform's names", async () => {
      const templates = createTemplateRepository(db);
      const first = asked();
      await templates.createOnce(first, () => made(first));
      const again = asked({ shopId: first.shopId });
      await assert.rejects(
        templates.createOnce(again, () => made(again)),
        { reason: 'TEMPLATE_EXISTS' },
      );
      const platform = asked({ name: 'offer_announcement', language: 'gu' });
      await assert.rejects(
        templates.createOnce(platform, () => made(platform)),
        { reason: 'TEMPLATE_EXISTS' },
      );
      const hindi = asked({ shopId: first.shopId, language: 'hi' });
      assert.equal((await templates.createOnce(hindi, () => made(hindi))).language, 'hi');
    });
  });

  it('keeps money exact', async () => {
    const { id: campaignId } = await draft();
    const quote = { quoteId: newId(), version: 1, askedSendAt: undefined, createdAt: at };
    const launch = await launches.begin({ ...quote, campaignId, requestId: 'r1' });
    const held = paise(9_007_199_254_740_991);
    assert.equal((await launches.succeed(launch, { held, sendAt: later }, at)).held, held);
    assert.equal((await launches.find(launch))?.held, held);
  });
});
