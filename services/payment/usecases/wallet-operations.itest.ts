import { describe, it } from 'node:test';
import { assertExactThroughout } from '../test/wallet-operations.ts';

describe('a wallet', () => {
  // `test/matrix/wallet-operations.itest.ts` does the same with 200 seeds and 20,000 operations.
  it('is exact after every operation of any sequence, and a refusal leaves every byte as it was', () =>
    assertExactThroughout({ seeds: 8, operationsEach: 40 }));
});
