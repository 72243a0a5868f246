import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eInvoicingOf } from './e-invoicing.ts';

const settings = {
  DOFFERS_MODE: 'sandbox',
  KEYS_DIR: '/keys',
  SUPPLIER_GSTIN: '27AAPFU0939F1ZV',
  SUPPLIER_ADDRESS: 'Lower Parel, Mumbai, Maharashtra 400013',
  E_INVOICE_FROM: '2026-04-01',
  IRP_BASE_URL: 'http://127.0.0.1:9/irp',
  IRP_CLIENT_ID: 'id',
  IRP_CLIENT_SECRET: 'secret',
  IRP_USER_NAME: 'user',
  IRP_PASSWORD: 'password',
} as const;

describe('e-invoicing', () => {
  it('does not begin with what the portal would refuse in every document', async () => {
    const withoutPin = { ...settings, SUPPLIER_ADDRESS: 'Lower Parel, Mumbai' };
    assert.throws(() => eInvoicingOf(withoutPin), /SUPPLIER_ADDRESS has no PIN code/);
    assert.throws(() => eInvoicingOf({ ...settings, IRP_PASSWORD: undefined }), /IRP_PASSWORD is missing/);
    const begun = eInvoicingOf(settings);
    assert.equal(begun?.beganOn, '2026-04-01');
    await begun.close();
  });

  it('needs nothing where it is off', () => {
    const off = { ...settings, E_INVOICE_FROM: 'off', SUPPLIER_ADDRESS: 'anywhere', IRP_PASSWORD: undefined };
    assert.equal(eInvoicingOf(off), undefined);
  });
});
