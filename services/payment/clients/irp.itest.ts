import assert from 'node:assert/strict';
import { createPublicKey, createVerify } from 'node:crypto';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { paise, type TaxAmounts } from '@doffers/money';
import { type SandboxProcess, startSandboxProcess } from '@doffers/testkit';
import { eInvoiceJson } from '../domain/e-invoice-json.ts';
import type { Invoice } from '../domain/invoice.ts';
import { anInvoice } from '../test/invoices.ts';
import { irnOf as numberOf } from './irn.ts';
import { createIrp, type Irp, type IrpOptions } from './irp.ts';
import { createInvoiceRegistry } from './irp-client.ts';

describe('the Invoice Registration Portal', () => {
  let sandbox: SandboxProcess;
  let irp: Irp;
  let numbers = 0;
  const open = (changes: Partial<IrpOptions> = {}) =>
    createIrp({
      baseUrl: `${sandbox.url}/irp`,
      clientId: 'sandbox-irp-client',
      clientSecret: 'sandbox-irp-client-secret',
      gstin: '27AAPFU0939F1ZV',
      userName: 'sandbox-irp-user',
      password: 'sandbox-irp-password',
      publicKeyFile: join(sandbox.keysDir, 'sandbox-irp.pub'),
      ...changes,
    });
  before(async () => {
    sandbox = await startSandboxProcess();
    irp = open();
  });
  after(async () => {
    await irp.close();
    await sandbox.stop();
  });
  beforeEach(() => sandbox.control('DELETE', '/faults'));

  const aDocument = (changes: Partial<Invoice> = {}) =>
    anInvoice({ number: `DOF/2627/${++numbers}`, issuedAt: new Date(Date.now() - 60_000), ...changes });
  const register = (document: Invoice, through = irp) =>
    createInvoiceRegistry(through).register(eInvoiceJson(document));
  const irnOf = (document: Invoice) => numberOf(eInvoiceJson(document));
  const next = (action: object, path = '/Invoice') =>
    sandbox.script([{ match: { provider: 'irp', path }, action, times: 1 }]);
  const calls = async () => (await sandbox.recorded('calls', { provider: 'irp' })).length;

  it('registers a document under the number that we compute, and signs its code', async () => {
    const document = aDocument();
    const { irn, acknowledgement, acknowledgedAt, signedQr } = await register(document);
    assert.equal(irn, irnOf(document));
    assert.match(acknowledgement, /^\d{15}$/);
    assert.match(acknowledgedAt, /^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d$/);
    const [header = '', payload = '', signature = ''] = signedQr.split('.');
    const key = createPublicKey(await readFile(join(sandbox.keysDir, 'sandbox-irp.pub')));
    const verify = createVerify('RSA-SHA256').update(`${header}.${payload}`);
    assert.ok(verify.verify(key, signature, 'base64url'));
  });

  it('takes notes, supplies within a State and to a special economic zone', async () => {
    const { supply } = aDocument();
    const original = { id: 'o', number: 'DOF/2627/000009', issuedOn: '2026-11-01' };
    await register(aDocument({ kind: 'credit_note', original }));
    await register(aDocument({ supply: { ...supply, specialEconomicZone: true } }));
    const { taxes, lines } = aDocument();
    const half = ({ igst }: TaxAmounts) => paise(Math.floor(igst / 2));
    const halves = (whole: TaxAmounts) => ({ cgst: half(whole), sgst: half(whole), igst: paise(0) });
    const recipient = { ...supply.recipient, gstin: '27AAJCS5738D1Z6' };
    await register(
      aDocument({
        supply: { ...supply, recipient, placeOfSupply: '27' },
        lines: lines.map((line) => ({ ...line, taxes: halves(line.taxes) })),
        taxes: halves(taxes),
      }),
    );
  });

  it('answers a document that it knows as it did at first, also when that answer was lost or cut', async () => {
    const document = aDocument();
    const first = await register(document);
    assert.deepEqual(await register(document), first);
    for (const type of ['cut-after-accept', 'truncated-body', 'hang-after-accept']) {
      const another = aDocument();
      await next({ type });
      const impatient = open({ deadlineMs: 1_000 });
      await assert.rejects(register(another, impatient), { reason: 'E_INVOICE_PORTAL_UNAVAILABLE' }, type);
      assert.equal((await register(another, impatient)).irn, irnOf(another));
      await impatient.close();
    }
  });

  it('is unavailable when it is down, overloaded, or answers for another document', async () => {
    const document = aDocument();
    for (const action of [
      { type: 'cut' },
      { type: 'status', status: 503, body: 'html' },
      { type: 'error', code: 429, retryAfterSeconds: 7 },
      { type: 'wrong-id' },
    ]) {
      await next(action);
      await assert.rejects(register(document), { code: 'unavailable', reason: 'E_INVOICE_PORTAL_UNAVAILABLE' });
    }
    const nobody = open({ baseUrl: 'http://127.0.0.1:9/irp' });
    await assert.rejects(register(document, nobody), { reason: 'E_INVOICE_PORTAL_UNAVAILABLE' });
    await nobody.close();
    assert.equal((await register(document)).irn, irnOf(document));
  });

  it('says why it refuses, and a person can act on that', async () => {
    await next({ type: 'error', code: '3029' });
    await assert.rejects(register(aDocument()), { reason: 'E_INVOICE_REFUSED', info: { code: '3029' } });
    const { taxes } = aDocument();
    const wrong = aDocument({ taxes: { ...taxes, cgst: taxes.igst, sgst: taxes.igst } });
    const lines = wrong.lines.map((line) => ({ ...line, taxes: wrong.taxes }));
    await assert.rejects(register({ ...wrong, lines }), { info: { code: '2173' } });
    const stranger = open({ password: 'wrong' });
    await assert.rejects(register(aDocument(), stranger), { code: 'failed_precondition', info: { code: '1019' } });
    await stranger.close();
  });

  it('is logged in to again when its key could not be read before', async () => {
    const publicKeyFile = join(sandbox.keysDir, 'late-irp.pub');
    const own = open({ publicKeyFile });
    const document = aDocument();
    const refusal = { code: 'unavailable', reason: 'E_INVOICE_PORTAL_UNAVAILABLE' };
    await assert.rejects(register(document, own), refusal);
    await writeFile(publicKeyFile, 'no key');
    await assert.rejects(register(document, own), refusal);
    await copyFile(join(sandbox.keysDir, 'sandbox-irp.pub'), publicKeyFile);
    assert.equal((await register(document, own)).irn, irnOf(document));
    await own.close();
  });

  it('is logged in to once, and again when it has forgotten that', async () => {
    const own = open();
    const before = await calls();
    await Promise.all([register(aDocument(), own), register(aDocument(), own)]);
    assert.equal((await calls()) - before, 3, 'one log-in for two documents');
    await sandbox.control('POST', '/irp/sandbox/sessions:end');
    await register(aDocument(), own);
    await sandbox.crash();
    const document = aDocument();
    await register(document, own);
    assert.deepEqual((await register(document, own)).irn, irnOf(document));
    await own.close();
  });
});
