import { after, before, describe } from 'node:test';
import { type Database, transaction } from '@doffers/database';
import { paymentDatabase } from '../test/payment-database.ts';
import { topupsContract } from '../test/topups-contract.ts';
import { createBooks } from './books.ts';

describe('top-ups', () => {
  let db: Database;
  let close: () => Promise<void>;
  before(async () => ({ db, close } = await paymentDatabase('topup')));
  after(() => close());

  topupsContract((work) => transaction(db, (tx) => work(createBooks(tx))));
});
