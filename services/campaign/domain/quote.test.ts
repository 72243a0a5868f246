import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { microRupees } from '@doffers/money';
import { aCampaign } from '../test/campaigns.ts';
import { aQuote } from '../test/quotes.ts';
import { assertQuoteHolds, lessIncluded, quoteLines, sendingSeconds } from './quote.ts';

const rates = { whatsapp: microRupees(990_000), push: microRupees(50_000), in_app: microRupees(20_000) };
const perSecond = { whatsapp: 80, push: 500, in_app: 2_000 };

describe('the lines of a quote', () => {
  it('price each channel that reaches somebody, rounding once', () => {
    const lines = quoteLines({ customers: 3, sizes: { whatsapp: 3, push: 0, in_app: 1 }, exclusions: [] }, rates);
    assert.deepEqual(
      lines.map(({ channel, size, taxable }) => [channel, size, taxable]),
      [
        ['whatsapp', 3, 297],
        ['in_app', 1, 2],
      ],
    );
  });

  it('say how many messages are included, and price the others', () => {
    const lines = quoteLines({ customers: 3, sizes: { whatsapp: 3, in_app: 1 }, exclusions: [] }, rates);
    assert.deepEqual(
      lessIncluded(lines, new Map([['whatsapp', 2]])).map(({ included, taxable }) => [included, taxable]),
      [
        [2, 99],
        [0, 2],
      ],
    );
  });

  it('need somebody to reach', () => {
    assert.throws(() => quoteLines({ customers: 0, sizes: { push: 0 }, exclusions: [] }, rates), {
      reason: 'AUDIENCE_EMPTY',
    });
  });

  it('take as long as the slowest channel', () => {
    const sizes = { whatsapp: 801, push: 5_000, in_app: 5_000 };
    assert.equal(sendingSeconds(quoteLines({ customers: 9, sizes, exclusions: [] }, rates), perSecond), 11);
  });
});

describe('a quote', () => {
  const now = aQuote().createdAt;

  it('holds for its campaign and version until its last moment', () => {
    const quote = aQuote();
    assertQuoteHolds(quote, aCampaign(), now);
    assertQuoteHolds(quote, aCampaign(), new Date(quote.expiresAt.getTime() - 1));
  });

  it('does not hold afterwards, nor for anything else', () => {
    const quote = aQuote();
    const check = (given: typeof quote | undefined, campaign = aCampaign(), at = now) => {
      assertQuoteHolds(given, campaign, at);
    };
    assert.throws(() => check(quote, aCampaign(), quote.expiresAt), { reason: 'QUOTE_EXPIRED' });
    assert.throws(() => check(quote, aCampaign({ version: 2 })), { reason: 'QUOTE_STALE' });
    assert.throws(() => check(aQuote({ campaignId: quote.id })), { reason: 'QUOTE_NOT_FOUND' });
    assert.throws(() => check(undefined), { reason: 'QUOTE_NOT_FOUND' });
  });
});
