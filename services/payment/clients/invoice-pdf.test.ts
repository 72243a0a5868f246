import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inflateSync } from 'node:zlib';
import { microRupees, paise } from '@doffers/money';
import { anInvoice } from '../test/invoices.ts';
import { createInvoiceRenderer } from './invoice-pdf.ts';

const render = createInvoiceRenderer();
const pagesOf = (pdf: Uint8Array) =>
  Buffer.from(pdf)
    .toString('latin1')
    .match(/\/Type \/Page\b/g)?.length;

/** Everything readable in a PDF: its objects, and what its compressed streams unpack to. */
function contentOf(pdf: Uint8Array): string {
  const raw = Buffer.from(pdf).toString('latin1');
  const streams = [...raw.matchAll(/stream\n([\s\S]*?)\nendstream/g)].map(([, packed = '']) => {
    try {
      return inflateSync(Buffer.from(packed, 'latin1')).toString('latin1');
    } catch {
      return '';
    }
  });
  return [raw, ...streams].join('\n');
}

describe('the PDF of a document', () => {
  it('has the same bytes each time, from this renderer and another', async () => {
    const first = await render(anInvoice());
    assert.deepEqual(await render(anInvoice()), first);
    assert.deepEqual(await createInvoiceRenderer()(anInvoice()), first);
    assert.notDeepEqual(await render(anInvoice({ number: 'DOF/2627/000002' })), first);
  });

  it('carries its number as title, the time of issue as its only date, and no standard font', async () => {
    const content = contentOf(await render(anInvoice()));
    assert.ok(content.includes('(DOF/2627/000001)'));
    const dates = [...content.matchAll(/\(D:(\d+Z?)\)/g)].map(([, date]) => date);
    assert.deepEqual([...new Set(dates)], ['20261124184500Z']);
    assert.ok(content.includes('NotoSansDevanagari') && !content.includes('Helvetica'));
  });

  it('embeds the rupee sign and the letters of a Hindi name, so that they can be searched and copied', async () => {
    const content = contentOf(await render(anInvoice({ shopName: 'गणेश' })));
    const mapped = [...content.matchAll(/<([0-9a-f]{4})>/gi)].map(([, code = '']) => Number.parseInt(code, 16));
    for (const character of '₹गणश') assert.ok(mapped.includes(character.codePointAt(0) ?? 0), character);
  });

  it('goes on to further pages when it has many lines', async () => {
    const [line] = anInvoice().lines;
    assert.ok(line);
    assert.equal(pagesOf(await render(anInvoice())), 1);
    const long = { ...line, description: 'A description that takes more than one line of the table '.repeat(2) };
    assert.equal(pagesOf(await render(anInvoice({ lines: Array.from({ length: 60 }, () => long) }))), 4);
  });

  it('carries a code to scan: of the registration, or to pay an unpaid one by UPI', async () => {
    const upi = createInvoiceRenderer({ upiId: 'doffers@bank' });
    const due = anInvoice({ settlement: { by: 'due', on: '2026-12-15' } });
    const registered = { irn: 'a'.repeat(64), acknowledgement: '1', acknowledgedAt: 'now', signedQr: 'x'.repeat(700) };
    const plain = (await upi(anInvoice())).length;
    assert.ok((await upi(due)).length > plain + 1_000, 'due');
    assert.ok((await render(due)).length < plain + 1_000, 'there is no address to pay to');
    assert.ok((await upi(due, registered)).length > (await upi(due)).length, 'registered');
    assert.deepEqual(await upi(due), await upi(due));
  });

  it('is drawn for every kind of document, with what it quotes', async () => {
    const original = { id: 'o', number: 'DOF/2627/000009', issuedOn: '2026-11-01' };
    for (const kind of ['credit_note', 'refund_voucher', 'usage_statement', 'receipt_voucher'] as const) {
      assert.equal(pagesOf(await render(anInvoice({ kind, original, reason: 'not delivered' }))), 1);
    }
  });

  it('is drawn for a voucher, a discount and a supply within a State, too', async () => {
    const taxes = { cgst: paise(9), sgst: paise(9), igst: paise(0) };
    const line = { description: 'x', sac: '998365', quantity: 1, rate: microRupees(1), discount: paise(5) };
    const within = { ...anInvoice().supply, placeOfSupply: '27' };
    const voucher = anInvoice({
      kind: 'receipt_voucher',
      supply: within,
      taxes,
      discount: paise(5),
      roundOff: paise(2),
    });
    const drawn = await render({ ...voucher, lines: [{ ...line, taxable: paise(100), taxes }] });
    assert.equal(pagesOf(drawn), 1);
  });
});
