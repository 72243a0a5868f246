import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Database, newId } from '@doffers/database';
import { paise } from '@doffers/money';
import type { CreditRequest } from '../domain/credit-note.ts';
import type { Invoice } from '../domain/invoice.ts';
import { createBooks } from '../repositories/books.ts';
import { aFundedShop, holdDeps, hundredRupees } from '../test/hold-books.ts';
import { auditOf, cleanAudit, paymentDatabase } from '../test/payment-database.ts';
import { captureTo } from './capture-to.ts';
import { creditInvoice } from './credit-invoice.ts';
import { finaliseHoldInvoice } from './finalise-hold-invoice.ts';
import { placeHold } from './place-hold.ts';
import { releaseHold } from './release-hold.ts';

describe('crediting an invoice', () => {
  let db: Database;
  let close: () => Promise<void>;
  before(async () => ({ db, close } = await paymentDatabase('credits')));
  after(() => close());

  /** An invoice over 100 messages: ₹100.00 with tax, paid from a wallet of ₹1,000. */
  const anInvoiced = async (): Promise<Invoice> => {
    const deps = holdDeps(db);
    const shopId = await aFundedShop(db, 1_000_00);
    const key = `campaign/${newId()}/hold/1`;
    await placeHold(deps, { key, shopId, lines: hundredRupees });
    await captureTo(deps, { key, quantities: new Map([['whatsapp', 100]]) });
    await releaseHold(deps, { key, shopId });
    return (await finaliseHoldInvoice(deps, key)) ?? assert.fail('no invoice');
  };
  const credit = ({ id: invoiceId }: Invoice, changes: Partial<CreditRequest> = {}) =>
    creditInvoice(holdDeps(db), {
      invoiceId,
      requestId: 'r1',
      reason: 'not delivered',
      credit: [{ line: 1, quantity: 10 }],
      ...changes,
    });
  const cashOf = async ({ shopId }: Invoice) => (await createBooks(db.manager).wallets.find(shopId))?.postedCash;
  const notesOf = ({ id }: Invoice) => createBooks(db.manager).invoices.listByOriginal(id);

  it('issues one note and gives the money back once, for fifty parallel calls with the same request id', async () => {
    const invoice = await anInvoiced();
    const notes = await Promise.all(Array.from({ length: 50 }, () => credit(invoice)));
    assert.equal(new Set(notes.map(({ number }) => number)).size, 1);
    assert.deepEqual(await notesOf(invoice), [notes[0]]);
    assert.deepEqual([notes[0]?.taxable, notes[0]?.total, await cashOf(invoice)], [8_47, 9_99, 909_99]);
    assert.deepEqual(await auditOf(db), cleanAudit);
  });

  it('refuses the request id of another credit', async () => {
    const invoice = await anInvoiced();
    await credit(invoice);
    await assert.rejects(credit(invoice, { reason: 'another one' }), { reason: 'IDEMPOTENCY_KEY_REUSED' });
    assert.equal(await cashOf(invoice), 909_99);
  });

  it('never exceeds the invoice, however many credit it at the same time', async () => {
    const invoice = await anInvoiced();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 30 }, (_, n) => credit(invoice, { requestId: `r${n}` })),
    );
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    assert.equal(refused.length, 20);
    for (const { reason } of refused) assert.equal((reason as { reason: string }).reason, 'EXCEEDS_INVOICE');
    const notes = await notesOf(invoice);
    assert.equal(
      notes.reduce((sum, { total }) => sum + total, 0),
      invoice.total,
    );
    assert.equal(await cashOf(invoice), 1_000_00, 'everything is back');
    assert.deepEqual(await auditOf(db), cleanAudit);
  });

  it('leaves nothing behind when it is refused: no number, no journal, no announcement', async () => {
    const invoice = await anInvoiced();
    const state = async () => [
      await db.query('SELECT last_serial FROM invoice_series WHERE kind = ?', ['credit_note']),
      await db.query('SELECT COUNT(*) AS journals FROM journal'),
      await db.query('SELECT COUNT(*) AS events FROM outbox'),
    ];
    const before = await state();
    await assert.rejects(credit(invoice, { credit: { taxable: paise(84_75) } }), { reason: 'EXCEEDS_INVOICE' });
    await assert.rejects(credit({ ...invoice, id: newId() }), { reason: 'INVOICE_NOT_FOUND' });
    assert.deepEqual(await state(), before);
  });

  it('announces the note in the transaction that issues it', async () => {
    const invoice = await anInvoiced();
    const { id, shopId } = await credit(invoice);
    const [event] = await db.query('SELECT topic, payload FROM outbox WHERE ordering_key = ?', [id]);
    assert.equal(event.topic, 'document.issued');
    assert.deepEqual(JSON.parse(event.payload), { kind: 'credit-note', invoiceId: id, shopId });
  });

  it('does not credit a credit note', async () => {
    const note = await credit(await anInvoiced());
    await assert.rejects(credit(note), { reason: 'NOT_CREDITABLE' });
  });
});
