import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aQuote } from '../test/quotes.ts';
import { explain, explainHoldUp } from './explanation.ts';
import { type ChannelCounts, funnelOf, percentOf, unsent } from './funnel.ts';

const counts = (changes: Partial<ChannelCounts>): ChannelCounts => ({
  channel: 'whatsapp',
  size: 0,
  pending: 0,
  accepted: 0,
  delivered: 0,
  read: 0,
  failed: 0,
  suppressed: 0,
  unknown: 0,
  billable: 0,
  heldUpBy: '',
  reasons: [],
  ...changes,
});

describe('the funnel', () => {
  it('says what holds a campaign up, and what to do about it', () => {
    assert.match(explainHoldUp('TEMPLATE_REFUSED_132012'), /values do not fit the template.*cancel the campaign/);
    assert.match(explainHoldUp('TEMPLATE_REFUSED_132999'), /It says 132999/);
    assert.match(explainHoldUp('TEMPLATE_PAUSED'), /paused the template/);
    assert.match(explainHoldUp('190'), /connection to the provider is interrupted/);
  });

  it('explains reasons to people, also those of tomorrow', () => {
    const { reasons } = funnelOf(counts({ reasons: [{ reason: '131026', count: 3 }] }));
    assert.deepEqual(reasons, [{ reason: '131026', count: 3, explanation: explain('131026') }]);
    assert.match(explain('131026'), /not on WhatsApp/);
    assert.match(explain('199999'), /199999/);
  });

  it('counts an accepted message as final only where no receipt follows', () => {
    const whatsapp = funnelOf(counts({ size: 10, accepted: 5, delivered: 3, read: 1, pending: 1 }));
    const push = funnelOf(counts({ channel: 'push', size: 10, accepted: 5, failed: 1, pending: 4 }));
    assert.equal(percentOf([whatsapp], 'sending'), 40);
    assert.equal(percentOf([push], 'sending'), 60);
    assert.equal(percentOf([whatsapp, push], 'settling'), 50);
    assert.equal(percentOf([whatsapp], 'completed'), 100);
    assert.equal(percentOf([], 'scheduled'), 0);
  });

  it('shows everything as pending before it begins, and as suppressed when it never will', () => {
    const [waiting] = unsent(aQuote().lines, undefined);
    assert.deepEqual([waiting?.channel, waiting?.size, waiting?.pending, waiting?.suppressed], ['push', 2, 2, 0]);
    const [ended] = unsent(aQuote().lines, 'CANCELLED');
    assert.deepEqual([ended?.pending, ended?.suppressed, ended?.reasons], [0, 2, [{ reason: 'CANCELLED', count: 2 }]]);
  });
});
