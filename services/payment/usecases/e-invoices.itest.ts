import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Database, newId } from '@doffers/database';
import { DomainError } from '@doffers/errors';
import { irnOf } from '../clients/irn.ts';
import { type EInvoiceJson, eInvoiceJson } from '../domain/e-invoice-json.ts';
import type { Invoice } from '../domain/invoice.ts';
import { createBooks } from '../repositories/books.ts';
import { anInvoice } from '../test/invoices.ts';
import { paymentDatabase } from '../test/payment-database.ts';
import { getEInvoiceJson, registerInvoice } from './register-invoice.ts';

const at = new Date('2026-11-24T06:00:00Z');

describe('registering documents at the portal', () => {
  let db: Database;
  let close: () => Promise<void>;
  before(async () => ({ db, close } = await paymentDatabase('e-invoices')));
  after(() => close());

  const issued = (changes: Partial<Invoice> = {}) => {
    const { id: _id, number: _number, issuedAt: _at, ...draft } = anInvoice({ source: newId(), ...changes });
    return createBooks(db.manager).invoices.issue(draft, { id: newId(), at });
  };
  /** A portal that knows what it has registered, and whose answers get lost when `lost` says so. */
  function portal({ lost = (_call: number): boolean => false } = {}) {
    const known = new Map<string, string>();
    let calls = 0;
    return {
      known,
      calls: () => calls,
      async register(document: EInvoiceJson) {
        const irn = irnOf(document);
        const call = ++calls;
        if (!known.has(irn)) known.set(irn, String(112_610_000_000_001 + known.size));
        if (lost(call)) throw new DomainError('unavailable', 'E_INVOICE_PORTAL_UNAVAILABLE', 'no answer');
        const acknowledgement = known.get(irn) ?? '';
        return { irn, acknowledgement, acknowledgedAt: '2026-11-24 11:30:00', signedQr: `a.${irn}.b` };
      },
    };
  }
  const deps = (registry = portal(), beganOn = '2026-04-01', books = createBooks(db.manager)) => ({
    books,
    eInvoicing: { beganOn, registry },
    now: () => at,
  });

  it('gives each its number once, however many ask', async () => {
    const [invoice, registry] = [await issued(), portal()];
    const answers = await Promise.all(Array.from({ length: 20 }, () => registerInvoice(deps(registry), invoice.id)));
    assert.deepEqual(new Set(answers.map(({ eInvoice }) => eInvoice?.irn)), new Set([irnOf(eInvoiceJson(invoice))]));
    assert.equal(registry.known.size, 1);
    const before = registry.calls();
    assert.deepEqual(await registerInvoice(deps(registry), invoice.id), answers[0]);
    assert.equal(registry.calls(), before, 'what is known is not asked for again');
  });

  it('is finished by the repetition when the answer was lost, or the process died before it was written', async () => {
    const invoice = await issued();
    const registry = portal({ lost: (call) => call === 1 });
    await assert.rejects(registerInvoice(deps(registry), invoice.id), { reason: 'E_INVOICE_PORTAL_UNAVAILABLE' });
    const books = createBooks(db.manager);
    const dying = { ...books, eInvoices: { ...books.eInvoices, save: () => Promise.reject(new Error('killed')) } };
    await assert.rejects(registerInvoice(deps(registry, '2026-04-01', dying), invoice.id), /killed/);
    assert.equal((await registerInvoice(deps(registry), invoice.id)).eInvoice?.acknowledgement, '112610000000001');
    assert.equal(registry.known.size, 1);
  });

  it('asks the portal for nothing where e-invoicing is off, had not begun, or does not know such documents', async () => {
    const registry = portal();
    const [invoice, voucher] = [await issued(), await issued({ kind: 'receipt_voucher' })];
    const { supply } = invoice;
    const consumer = await issued({ supply: { ...supply, recipient: { ...supply.recipient, gstin: '' } } });
    assert.equal((await registerInvoice({ ...deps(registry), eInvoicing: undefined }, invoice.id)).eInvoice, undefined);
    assert.equal((await registerInvoice(deps(registry, '2026-11-25'), invoice.id)).eInvoice, undefined);
    for (const { id } of [voucher, consumer]) {
      assert.equal((await registerInvoice(deps(registry), id)).eInvoice, undefined);
      await assert.rejects(getEInvoiceJson(deps(), id), { reason: 'NOT_AN_E_INVOICE' });
    }
    assert.equal(registry.calls(), 0);
    await assert.rejects(registerInvoice(deps(), newId()), { reason: 'INVOICE_NOT_FOUND' });
    await assert.rejects(getEInvoiceJson(deps(), newId()), { reason: 'INVOICE_NOT_FOUND' });
  });

  it('is final: not even the owner of the table changes it', async () => {
    const invoice = await issued();
    await registerInvoice(deps(), invoice.id);
    await assert.rejects(db.query("UPDATE e_invoice SET irn = 'x'"), /a registration is final/);
    await assert.rejects(db.query('DELETE FROM e_invoice'), /a registration is final/);
  });
});
