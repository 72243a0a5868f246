import { it } from 'node:test';
import { assertExactThroughout } from '../../services/payment/test/wallet-operations.ts';

it('a wallet is exact after every one of 20,000 operations, and a refusal leaves every byte as it was', () =>
  assertExactThroughout({ seeds: 200, operationsEach: 100 }));
