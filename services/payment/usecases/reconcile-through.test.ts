import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CheckId } from '../domain/reconciliation.ts';
import { exitCodeOf, reconcileThrough } from './reconcile-through.ts';

describe('a look at the books in parts', () => {
  /** Checks by how many parts each takes; one that is through begins again. */
  const books = (needs: Partial<Record<CheckId, number>>, failing: Partial<Record<CheckId, string>> = {}) => {
    const asked: string[] = [];
    const at = new Map<string, number>();
    const part = async (skipped: readonly string[]) => {
      const wanted = (Object.keys(needs) as CheckId[]).filter((check) => !skipped.includes(check));
      asked.push(wanted.join(' '));
      const checks = wanted.map((check) => {
        const error = failing[check] ?? '';
        const reached = (at.get(check) ?? 0) + 1;
        const complete = error === '' && reached === needs[check];
        at.set(check, complete ? 0 : reached);
        return { check, complete, error };
      });
      return { checks };
    };
    return { asked, part };
  };

  it('ends when each check has got through once, though never all in the same part', async () => {
    const { asked, part } = books({ R1: 2, R2: 3, R4: 1 });
    assert.deepEqual(await reconcileThrough(part, 10), { isComplete: true, failures: [] });
    assert.deepEqual(asked, ['R1 R2 R4', 'R1 R2', 'R2']);
  });

  it('is not complete when a check fails, which holds up no other one', async () => {
    const { asked, part } = books({ R1: 2, R4: 1 }, { R4: 'no answer' });
    const failures = ['R4 could not go on: no answer'];
    assert.deepEqual(await reconcileThrough(part, 10), { isComplete: false, failures });
    assert.deepEqual(asked, ['R1 R4', 'R1']);
  });

  it('gives up after so many parts', async () => {
    const { asked, part } = books({ R1: 9 });
    assert.deepEqual(await reconcileThrough(part, 3), { isComplete: false, failures: [] });
    assert.equal(asked.length, 3);
  });

  it('ends well only when nothing is open and nothing was left out', () => {
    assert.equal(exitCodeOf({ openBreaks: 0, isComplete: true }), 0);
    assert.equal(exitCodeOf({ openBreaks: 2, isComplete: false }), 1);
    assert.equal(exitCodeOf({ openBreaks: 0, isComplete: false }), 2);
  });
});
