import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eInvoiceJson } from '../domain/e-invoice-json.ts';
import { anInvoice } from '../test/invoices.ts';
import { irnOf, referenceNumber } from './irn.ts';

describe('the reference number of a document', () => {
  it('is the hash that the portal computes', () => {
    const about = { gstin: '01AMBPG7773M002', year: '2022-23', type: 'INV', number: 'SINV-CFY-00067' };
    assert.equal(referenceNumber(about), '706daeccda0ef6f818da78f3a2a05a1288731057373002289b46c3229289a2e7');
  });

  it('takes the financial year of its issue in India, and tells a note from an invoice', () => {
    const expected = (year: string, type: string) =>
      referenceNumber({ gstin: '27AAPFU0939F1ZV', year, type, number: 'DOF/2627/000001' });
    const of = (changes: Parameters<typeof anInvoice>[0]) => irnOf(eInvoiceJson(anInvoice(changes)));
    assert.equal(of({ issuedAt: new Date('2027-03-31T18:29:59Z') }), expected('2026-27', 'INV'));
    assert.equal(of({ issuedAt: new Date('2027-03-31T18:30:00Z') }), expected('2027-28', 'INV'));
    assert.equal(of({ kind: 'credit_note' }), expected('2026-27', 'CRN'));
    assert.equal(of({ issuedAt: new Date('2099-12-31T00:00:00Z') }), expected('2099-00', 'INV'));
  });
});
