import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inGroups } from './index.ts';

describe('inGroups', () => {
  /** Work that ends when it is told to, and remembers what it was given. */
  const held = (sizes: { size: number; hands: number }) => {
    const groups: (readonly number[])[] = [];
    const finish: (() => void)[] = [];
    const double = inGroups(async (inputs: readonly number[]) => {
      groups.push(inputs);
      await new Promise<void>((resolve) => finish.push(resolve));
      return inputs.map((input) => input * 2);
    }, sizes);
    return { double, groups, finish };
  };
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  it('does together what is asked for in one turn, and answers each its own', async () => {
    const { double, groups, finish } = held({ size: 10, hands: 1 });
    const answers = Promise.all([1, 2, 3].map(double));
    await turn();
    assert.deepEqual(groups, [[1, 2, 3]]);
    finish[0]?.();
    assert.deepEqual(await answers, [2, 4, 6]);
  });

  it('lets what arrives while all hands are busy wait for the first that is free, in order and up to the size', async () => {
    const { double, groups, finish } = held({ size: 2, hands: 2 });
    const answers = [1, 2, 3, 4, 5, 6, 7].map(double);
    await turn();
    assert.deepEqual(groups, [
      [1, 2],
      [3, 4],
    ]);
    finish[1]?.();
    await answers[3];
    await turn();
    assert.deepEqual(groups[2], [5, 6]);
    finish[0]?.();
    finish[2]?.();
    await answers[5];
    await turn();
    assert.deepEqual(groups[3], [7]);
    finish[3]?.();
    assert.deepEqual(await Promise.all(answers), [2, 4, 6, 8, 10, 12, 14]);
  });

  it('tells a failure to everyone in the group, and goes on with the next', async () => {
    const failing = inGroups(
      async (inputs: readonly string[]) => {
        if (inputs.includes('bad')) throw new Error('no');
        return inputs;
      },
      { size: 2, hands: 1 },
    );
    const outcomes = await Promise.allSettled(['bad', 'beside', 'good'].map(failing));
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['rejected', 'rejected', 'fulfilled'],
    );
  });
});
