import { describe } from 'node:test';
import { fakeBooks } from './fake-books.ts';
import { topupsContract } from './topups-contract.ts';

describe('the fake top-ups', () => {
  const { books } = fakeBooks();
  topupsContract((work) => work(books));
});
