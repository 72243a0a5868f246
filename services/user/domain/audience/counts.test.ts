import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { channels } from './channel.ts';
import { addCounts, countAudience, emptyCounts, type GateGroup } from './counts.ts';
import { type Gate, gates } from './gate.ts';

const gate = fc.constantFrom<Gate>(...Object.values(gates));
const group: fc.Arbitrary<GateGroup> = fc.record({
  whatsapp: gate,
  push: gate,
  in_app: gate,
  customers: fc.nat(1_000_000),
});
const groups = fc.array(group, { maxLength: 12 });

describe('counts of an audience', () => {
  it('name the reason of each who is left out, and count a person on two channels once', () => {
    const counts = countAudience(
      ['push', 'whatsapp'],
      [
        { whatsapp: gates.open, push: gates.open, customers: 5 },
        { whatsapp: gates.noConsent, push: gates.open, customers: 3 },
        { whatsapp: gates.noConsent, push: gates.noContact, customers: 2 },
      ],
    );
    assert.deepEqual(counts, {
      customers: 8,
      channels: [
        { channel: 'whatsapp', size: 5, exclusions: [{ reason: gates.noConsent, count: 5 }] },
        { channel: 'push', size: 8, exclusions: [{ reason: gates.noContact, count: 2 }] },
      ],
    });
  });

  it('add up to the whole segment on every channel', () => {
    fc.assert(
      fc.property(groups, (segment) => {
        const everybody = segment.reduce((sum, { customers }) => sum + customers, 0);
        for (const { size, exclusions } of countAudience(channels, segment).channels) {
          assert.equal(
            exclusions.reduce((sum, { count }) => sum + count, size),
            everybody,
          );
        }
      }),
    );
  });

  it('are the same whether a segment is counted whole or in parts', () => {
    fc.assert(
      fc.property(groups, groups, (one, other) => {
        const parts = [one, other].map((part) => countAudience(channels, part));
        const together = parts.reduce(addCounts, emptyCounts(channels));
        assert.deepEqual(together, countAudience(channels, [...one, ...other]));
      }),
    );
  });
});
