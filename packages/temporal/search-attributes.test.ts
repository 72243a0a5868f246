import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { searchAttributes } from '@doffers/workflows/contracts';
import { registerSearchAttributes } from './search-attributes.ts';

type Operator = Parameters<typeof registerSearchAttributes>[0];

/** A server that knows some attributes already, by their `IndexedValueType`. */
function serverWith(known: Record<string, number>) {
  const added: Record<string, number>[] = [];
  const operator = {
    listSearchAttributes: async () => ({ customAttributes: known }),
    addSearchAttributes: async (request: { searchAttributes: Record<string, number> }) =>
      void added.push(request.searchAttributes),
  } as unknown as Operator;
  return { operator, added };
}

describe('our search attributes', () => {
  it('fit what a SQL visibility store has room for: ten keywords, three of each other type', () => {
    const types = Object.values(searchAttributes).map(({ type }) => type);
    for (const type of new Set(types)) {
      assert.ok(types.filter((other) => other === type).length <= (type === 'KEYWORD' ? 10 : 3), type);
    }
  });

  it('are added where they are missing, and only those', async () => {
    const { operator, added } = serverWith({ DoShopId: 2, DoNeedsAttention: 5, SomebodyElses: 2 });
    await registerSearchAttributes(operator, 'doffers');
    const names = Object.keys(added[0] ?? {});
    assert.equal(names.length, Object.keys(searchAttributes).length - 2);
    assert.deepEqual([added[0]?.DoPhase, added[0]?.DoChannels, added[0]?.DoScheduledAt], [2, 7, 6]);
    assert.equal(names.includes('DoShopId'), false);
  });

  it('ask for nothing when all are there', async () => {
    const { operator, added } = serverWith({});
    await registerSearchAttributes(operator, 'doffers');
    const complete = serverWith(added[0] ?? {});
    await registerSearchAttributes(complete.operator, 'doffers');
    assert.deepEqual(complete.added, []);
  });

  it('are not taken for those of another type', async () => {
    const { operator } = serverWith({ DoShopId: 3 });
    await assert.rejects(registerSearchAttributes(operator, 'doffers'), /DoShopId has type 3/);
  });
});
