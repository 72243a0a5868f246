import { actorOf } from '@doffers/ownership';
import type { InvoiceService } from '@doffers/proto/payment/v1/invoice_service';
import { decodePageToken, encodePageToken, pageSizeOf } from '@doffers/resource';
import { type Handlers, requireUser } from '@doffers/rpc';
import { creditInvoice } from '../usecases/credit-invoice.ts';
import { finaliseHoldInvoice } from '../usecases/finalise-hold-invoice.ts';
import { finalisePackInvoice } from '../usecases/finalise-pack-invoice.ts';
import { finaliseSubscriptionInvoice } from '../usecases/finalise-subscription-invoice.ts';
import { finaliseTopupVoucher } from '../usecases/finalise-topup-voucher.ts';
import type { InvoiceDeps } from '../usecases/invoice-deps.ts';
import { getInvoiceSettings, setInvoiceSettings } from '../usecases/invoice-settings.ts';
import { issueMonthlyInvoices } from '../usecases/issue-monthly-invoices.ts';
import { monthRange } from '../usecases/month-range.ts';
import { getInvoice, getInvoicePdf, listInvoices } from '../usecases/read-invoices.ts';
import { getEInvoiceJson, registerInvoice } from '../usecases/register-invoice.ts';
import { storeInvoicePdf } from '../usecases/store-invoice-pdf.ts';
import { creditRequestFrom, invoiceMessage, kindFrom } from './invoice-message.ts';

/** One page of shops fits into the time that its caller waits. */
const shopsAtOnce = 20;

/** Translates InvoiceService between protobuf and the use cases; holds no rule of its own. */
export function createInvoiceHandlers(deps: InvoiceDeps): Handlers<typeof InvoiceService> {
  const answer = (invoice: Awaited<ReturnType<typeof finaliseHoldInvoice>>) =>
    invoice === undefined ? {} : { invoice: invoiceMessage({ invoice }) };
  return {
    async listInvoices({ shopId, pageSize, pageToken, kind, period }, context) {
      const limit = pageSizeOf(pageSize);
      // One more than the page shows whether there is another.
      const filter = { kind: kindFrom(kind), issued: period === '' ? undefined : monthRange(period) };
      const query = { shopId, ...filter, limit: limit + 1, after: decodePageToken(pageToken) };
      const found = await listInvoices(deps, actorOf(requireUser(context)), query);
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1)?.invoice : undefined;
      return {
        invoices: page.map(invoiceMessage),
        nextPageToken: last === undefined ? '' : encodePageToken({ at: last.issuedAt, id: last.id }),
      };
    },
    async getInvoice({ invoiceId }, context) {
      return invoiceMessage(await getInvoice(deps, actorOf(requireUser(context)), invoiceId));
    },
    async getInvoicePdf({ invoiceId }, context) {
      const { invoice, body } = await getInvoicePdf(deps, actorOf(requireUser(context)), invoiceId);
      context.setHeader('content-disposition', `inline; filename="${invoice.number.replaceAll('/', '-')}.pdf"`);
      return { contentType: 'application/pdf', data: body };
    },
    async creditInvoice(request) {
      return invoiceMessage({ invoice: await creditInvoice(deps, creditRequestFrom(request)) });
    },
    finaliseHoldInvoice: async ({ holdKey }) => answer(await finaliseHoldInvoice(deps, holdKey)),
    finaliseTopupVoucher: async ({ topupId }) => answer(await finaliseTopupVoucher(deps, topupId)),
    finaliseSubscriptionInvoice: async ({ billId }) => answer(await finaliseSubscriptionInvoice(deps, billId)),
    finalisePackInvoice: async ({ purchaseId }) => answer(await finalisePackInvoice(deps, purchaseId)),
    getInvoiceSettings: ({ shopId }, context) => getInvoiceSettings(deps, actorOf(requireUser(context)), shopId),
    setInvoiceSettings: ({ shopId, monthly }, context) =>
      setInvoiceSettings(deps, actorOf(requireUser(context)), { shopId, monthly }),
    async issueMonthlyInvoices({ afterShopId }) {
      const after = afterShopId === '' ? undefined : afterShopId;
      const { issued, last = '', failures } = await issueMonthlyInvoices(deps, { limit: shopsAtOnce, after });
      return { issued, nextAfterShopId: last, failures: [...failures] };
    },
    registerInvoice: async ({ invoiceId }) => invoiceMessage(await registerInvoice(deps, invoiceId)),
    storeInvoicePdf: async ({ invoiceId }) => invoiceMessage(await storeInvoicePdf(deps, invoiceId)),
    async getEInvoiceJson({ invoiceId }) {
      const data = Buffer.from(JSON.stringify(await getEInvoiceJson(deps, invoiceId)));
      return { contentType: 'application/json', data };
    },
  };
}
