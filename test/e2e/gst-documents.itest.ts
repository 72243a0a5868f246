import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { eventually } from '@doffers/testkit';
import { admin, openShop, type Shopkeeper } from './people.ts';
import { payOrder } from './razorpay.ts';
import { assertRefusal } from './refusal.ts';

type Document = Record<string, unknown> & { invoiceId: string; number: string; totalPaise: string };

/** A document takes three workflows and the portal: on a machine with nothing else to do, a second. */
const patience = { timeoutMs: 60_000 };

const period = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Kolkata' }).format(new Date()).slice(0, 7);

describe('GST documents', () => {
  let asha: Shopkeeper;
  let binu: Shopkeeper;
  let invoice: Document;
  before(async () => {
    [asha, binu] = await Promise.all([openShop(), openShop()]);
  });

  const documents = async (kind: string) => {
    const path = `/v1/shops/${asha.shopId}/invoices?kind=${kind}&period=${period}`;
    return (await asha.api.get(path)).body.invoices as Document[];
  };
  const issued = (kind: string) =>
    eventually(async () => {
      const [document] = await documents(kind);
      assert.ok(document, `no ${kind} yet`);
      return document;
    }, patience);
  const available = async () => (await asha.api.get(`/v1/shops/${asha.shopId}/wallet`)).body.availablePaise;
  const pdfOf = ({ invoiceId }: Document) =>
    eventually(async () => {
      const answer = await asha.api.get(`/v1/invoices/${invoiceId}/pdf`);
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      return answer;
    }, patience);
  const accountant = () => admin({ secondFactor: true });
  const credit = async (body: object) =>
    (await accountant()).post(`/v1/admin/invoices/${invoice.invoiceId}:credit`, {
      body: { reason: 'not used', ...body },
    });

  it('receipt an advance, and invoice what it pays with the receipt quoted', async () => {
    const body = { requestId: 't', amountPaise: '500000' };
    const topup = await asha.api.post(`/v1/shops/${asha.shopId}/topups`, { body });
    await payOrder(topup.body.gatewayOrderId);
    const receipt = await issued('RECEIPT_VOUCHER');
    assert.match(receipt.number, /^DRV\/\d{4}\/\d{6}$/);
    assert.deepEqual([receipt.totalPaise, receipt.placeOfSupply], ['500000', '29-Karnataka']);

    const pack = { requestId: 'p', packId: 'offers-5' };
    const bought = await asha.api.post(`/v1/shops/${asha.shopId}/pack-purchases`, { body: pack });
    assert.equal(bought.status, 200, JSON.stringify(bought.body));
    invoice = await issued('TAX_INVOICE');
    const full = (await asha.api.get(`/v1/invoices/${invoice.invoiceId}`)).body;
    assert.deepEqual([full.totalPaise, full.igstPaise, full.paidBy], ['58882', '8982', 'ADVANCE']);
    assert.deepEqual(full.receiptNumbers, [receipt.number]);
    assert.equal(full.totalInWords, 'Five Hundred Eighty Eight Rupees And Eighty Two Paise Only');
    assert.match(String(full.recipientAddress), /Karnataka, 560034$/);
    assert.equal((await pdfOf(invoice)).headers.get('content-type'), 'application/pdf');
  });

  it('are credited by an admin, once: the money is back and the note quotes the invoice', async () => {
    const before = Number(await available());
    const noted = await credit({ requestId: 'c1', taxablePaise: '10000' });
    assert.equal(noted.status, 200, JSON.stringify(noted.body));
    assert.match(String(noted.body.number), /^DCN\/\d{4}\/\d{6}$/);
    const { original, totalPaise, reason } = noted.body as Record<string, unknown> & { original: { number: string } };
    assert.deepEqual([original.number, totalPaise, reason], [invoice.number, '11800', 'not used']);
    assert.equal(Number(await available()), before + 11_800);
    assert.deepEqual((await credit({ requestId: 'c1', taxablePaise: '10000' })).body, noted.body);
    assert.equal(Number(await available()), before + 11_800);
    const { body } = await asha.api.get(`/v1/shops/${asha.shopId}/wallet/entries?pageSize=1`);
    assert.equal((body.entries as { kind: string }[])[0]?.kind, 'CREDIT_NOTE');
    const note = await issued('CREDIT_NOTE');
    assert.equal((await pdfOf(note)).headers.get('content-type'), 'application/pdf');
    await eventually(async () => {
      const inbox = await asha.api.get('/v1/me/inbox');
      assert.match(JSON.stringify(inbox.body), /You have a credit note/);
    });
  });

  it('are never credited beyond what they state, nor twice, nor by a shopkeeper', async () => {
    assertRefusal(await credit({ requestId: 'c2', lines: [{ line: 1, quantity: '2' }] }), [400, 'EXCEEDS_INVOICE']);
    assertRefusal(await credit({ requestId: 'c2', lines: [{ line: 2, quantity: '1' }] }), [
      400,
      'INVOICE_LINE_UNKNOWN',
    ]);
    assertRefusal(await credit({ requestId: 'c1', everything: true }), [409, 'IDEMPOTENCY_KEY_REUSED']);
    for (const wrong of [{}, { everything: true, taxablePaise: '1' }, { lines: [{ line: 1 }] }]) {
      assertRefusal(await credit({ requestId: 'c3', ...wrong }), [400, 'VALIDATION']);
    }
    const rest = await credit({ requestId: 'c4', everything: true });
    assert.equal(Number(rest.body.totalPaise) + 11_800, Number(invoice.totalPaise));
    assertRefusal(await credit({ requestId: 'c5', everything: true }), [400, 'EXCEEDS_INVOICE']);
    const [note] = await documents('CREDIT_NOTE');
    const path = `/v1/admin/invoices/${note?.invoiceId}:credit`;
    const onNote = await (await accountant()).post(path, { body: { requestId: 'n', reason: 'why', everything: true } });
    assertRefusal(onNote, [400, 'NOT_CREDITABLE']);
    const unconfirmed = await (await admin()).post(path, { body: { requestId: 'n', reason: 'why', everything: true } });
    assertRefusal(unconfirmed, [403, 'SECOND_FACTOR_REQUIRED']);
    const own = await asha.api.post(path, { body: { requestId: 'n', reason: 'why', everything: true } });
    assert.equal(own.status, 403);
    for (const { invoiceId } of [invoice, ...(await documents('CREDIT_NOTE'))]) {
      assertRefusal(await binu.api.get(`/v1/invoices/${invoiceId}`), [404, 'INVOICE_NOT_FOUND']);
      assertRefusal(await binu.api.get(`/v1/invoices/${invoiceId}/pdf`), [404, 'INVOICE_NOT_FOUND']);
    }
  });

  it('come together in the return of the month, as JSON and as a table', async () => {
    const reader = await admin();
    const json = await reader.get(`/v1/admin/gst/gstr1?period=${period}`);
    assert.equal(json.status, 200, JSON.stringify(json.body));
    const form = json.body as { fp: string; doc_issue: { doc_det: { doc_num: number }[] } };
    assert.equal(form.fp, `${period.slice(5)}${period.slice(0, 4)}`);
    assert.deepEqual(
      form.doc_issue.doc_det.map(({ doc_num }) => doc_num).filter((nature) => nature < 7),
      [1, 5, 6],
    );
    const csv = await reader.get(`/v1/admin/gst/gstr1?period=${period}&format=CSV`);
    assert.equal(csv.headers.get('content-type'), 'text/csv; charset=utf-8');
    assertRefusal(await reader.get('/v1/admin/gst/gstr1?period=2026-13'), [400, 'VALIDATION']);
    assert.equal((await asha.api.get(`/v1/admin/gst/gstr1?period=${period}`)).status, 403);
  });

  it('are taxed as across a border for a shop in a special economic zone of our own State, which an admin marks', async () => {
    const pune = await openShop({ pincode: '411001' });
    const path = `/v1/admin/shops/${pune.shopId}/tax-profile`;
    const operator = await accountant();
    assert.equal((await operator.get(path)).body.specialEconomicZone, false);
    assertRefusal(await (await admin()).put(path, { body: { specialEconomicZone: true } }), [
      403,
      'SECOND_FACTOR_REQUIRED',
    ]);
    const set = await operator.put(path, { body: { specialEconomicZone: true } });
    assert.deepEqual([set.status, set.body.specialEconomicZone], [200, true]);
    assert.equal((await operator.get(path)).body.specialEconomicZone, true);
    assert.equal((await pune.api.put(path, { body: { specialEconomicZone: false } })).status, 403);
    const nobody = `/v1/admin/shops/${crypto.randomUUID()}/tax-profile`;
    assertRefusal(await operator.get(nobody), [404, 'SHOP_NOT_FOUND']);

    const voucherOf = async (requestId: string, n: number) => {
      const topup = await pune.api.post(`/v1/shops/${pune.shopId}/topups`, {
        body: { requestId, amountPaise: '118000' },
      });
      await payOrder(topup.body.gatewayOrderId);
      return eventually(async () => {
        const { body } = await pune.api.get(`/v1/shops/${pune.shopId}/invoices?kind=RECEIPT_VOUCHER`);
        const { invoices = [] } = body as { invoices?: Document[] };
        assert.equal(invoices.length, n);
        const { placeOfSupply, cgstPaise, sgstPaise, igstPaise } = invoices[0] ?? assert.fail('no voucher');
        return { placeOfSupply, cgstPaise, sgstPaise, igstPaise };
      }, patience);
    };
    const amounts = { placeOfSupply: '27-Maharashtra', cgstPaise: '0', sgstPaise: '0', igstPaise: '0' };
    assert.deepEqual(await voucherOf('in', 1), { ...amounts, igstPaise: '18000' });
    await operator.put(path, { body: { specialEconomicZone: false } });
    assert.deepEqual(await voucherOf('out', 2), { ...amounts, cgstPaise: '9000', sgstPaise: '9000' });
  });

  it('are registered at the portal for a shop with a GST number, and show their reference number', async () => {
    const registered = await openShop();
    const path = `/v1/shops/${registered.shopId}`;
    const patched = await registered.api.patch(`${path}?updateMask=gstin`, { body: { gstin: '29AABCR1718E1ZL' } });
    assert.equal(patched.status, 200, JSON.stringify(patched.body));
    const topup = await registered.api.post(`${path}/topups`, { body: { requestId: 't', amountPaise: '500000' } });
    await payOrder(topup.body.gatewayOrderId);
    await eventually(async () => {
      const pack = { requestId: 'p', packId: 'offers-5' };
      assert.equal((await registered.api.post(`${path}/pack-purchases`, { body: pack })).status, 200);
    }, patience);
    const sold = await eventually(async () => {
      const [found] = (await registered.api.get(`${path}/invoices?kind=TAX_INVOICE`)).body.invoices as Document[];
      assert.ok(found?.pdfSha256, 'it has no PDF yet');
      return found;
    }, patience);
    const { irn, acknowledgementNumber } = sold.eInvoice as { irn: string; acknowledgementNumber: string };
    assert.match(irn, /^[0-9a-f]{64}$/);
    assert.match(acknowledgementNumber, /^\d{15}$/);
    const json = `/v1/admin/invoices/${sold.invoiceId}/e-invoice`;
    const { body, status } = await (await admin()).get(json);
    assert.deepEqual([status, (body.DocDtls as { No: string }).No], [200, sold.number]);
    assert.equal((await registered.api.get(json)).status, 403);
    assertRefusal(await (await admin()).get(`/v1/admin/invoices/${invoice.invoiceId}/e-invoice`), [
      400,
      'NOT_AN_E_INVOICE',
    ]);
    assert.equal(invoice.eInvoice, undefined, 'nor is it registered');
  });

  it('come once a month for campaigns when the owner wishes so', async () => {
    const path = `/v1/shops/${asha.shopId}/invoice-settings`;
    assert.equal((await asha.api.get(path)).body.monthly, false);
    assert.deepEqual((await asha.api.put(path, { body: { monthly: true } })).body, {
      shopId: asha.shopId,
      monthly: true,
    });
    assert.equal((await asha.api.get(path)).body.monthly, true);
    assertRefusal(await binu.api.get(path), [404, 'SHOP_NOT_FOUND']);
    assertRefusal(await binu.api.put(path, { body: { monthly: false } }), [404, 'SHOP_NOT_FOUND']);
    assert.equal((await (await admin()).put(path, { body: { monthly: false } })).body.monthly, false);
  });

  it('need a GST number of the State where the shop is', async () => {
    const patch = (gstin: string) => binu.api.patch(`/v1/shops/${binu.shopId}?updateMask=gstin`, { body: { gstin } });
    assertRefusal(await patch('27AAPFU0939F1ZV'), [400, 'GSTIN_STATE_MISMATCH']);
    assertRefusal(await patch('29AABCR1718E1ZM'), [400, 'GSTIN_INVALID']);
    assert.equal((await patch('29AABCR1718E1ZL')).status, 200);
  });
});
