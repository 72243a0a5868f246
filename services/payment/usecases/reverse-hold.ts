import { DomainError } from '@doffers/errors';
import { type Hold, holdNotFound, isPlaced, releasing, reversing } from '../domain/hold.ts';
import type { Books } from '../repositories/books.ts';
import { changeWallet } from './change-wallet.ts';
import { postMovement } from './post-movement.ts';

type ReversalBooks = Pick<Books, 'ledger' | 'wallets' | 'holds' | 'invoices' | 'monthlyHolds' | 'units'>;
type Deps = {
  readonly inTransaction: <T>(work: (books: ReversalBooks) => Promise<T>) => Promise<T>;
  readonly now: () => Date;
};

/**
 * Gives everything back that a hold has cost, by journals that take its captures back, and closes it. Included messages may
 * be used again while the pack or month that they came from lasts. The state of the
 * hold is what makes a repetition harmless. Once it is invoiced, the invoice must be corrected as well: a credit note
 * does both.
 *
 * @throws DomainError `HOLD_NOT_FOUND`, `INVOICED`
 */
export function reverseHold({ inTransaction, now }: Deps, key: string): Promise<Hold> {
  return inTransaction(async (books) => {
    // Locked, as an invoice locks it too: of the two only one takes place.
    const hold = await books.holds.lock(key);
    if (hold === undefined || !isPlaced(hold)) throw holdNotFound();
    if (hold.state === 'reversed') return hold;
    if ((await books.invoices.findBySource(key)) !== undefined) throw invoiced();
    if ((await books.monthlyHolds.find(hold.id))?.invoiceId !== undefined) throw invoiced();
    await books.monthlyHolds.drop(hold.id);
    const at = now();
    await books.units.giveBackAll(hold.id);
    const closed = await close(books, hold, at);
    const keys = Array.from({ length: closed.captures }, (_, n) => `hold/${closed.id}/capture/${n + 1}`);
    const reversal = reversing(closed, await books.ledger.read(keys));
    await books.holds.save(reversal.hold);
    for (const journal of reversal.journals) await books.ledger.post(journal, at);
    if (reversal.journals.length > 0) {
      await changeWallet(books.wallets, { shopId: hold.shopId, change: reversal.change, at });
    }
    return reversal.hold;
  });
}

async function close(books: ReversalBooks, hold: Hold, at: Date): Promise<Hold> {
  if (hold.state !== 'open') return hold;
  const movement = releasing(hold);
  await postMovement(books, movement, at);
  return movement.hold;
}

function invoiced(): DomainError {
  const message = 'this is invoiced: issue a credit note on the invoice, which gives the money back as well';
  return new DomainError('failed_precondition', 'INVOICED', message);
}
