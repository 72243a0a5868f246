import { type Paise, paise, paiseFromInt64 } from '@doffers/money';
import type { HoldService } from '@doffers/proto/payment/v1/hold_service';
import type { InvoiceService } from '@doffers/proto/payment/v1/invoice_service';
import type { Client } from '@doffers/rpc';
import { lineDescriptions, type Price, type QuoteLine } from '../domain/quote.ts';

export type InvoiceSummary = { readonly number: string; readonly total: Paise };

/** What the payment service tells of a campaign's money. */
export type Pricing = {
  /** The lines with the taxes at the shop's place of supply, and how many units of each the shop's packs include. */
  price(
    shopId: string,
    lines: readonly Omit<QuoteLine, 'taxable'>[],
  ): Promise<{ readonly price: Price; readonly included: ReadonlyMap<string, number> }>;
  /** Read on the shopkeeper's behalf. */
  invoice(invoiceId: string): Promise<InvoiceSummary>;
};

export function createPricing(
  holds: Pick<Client<typeof HoldService>, 'priceLines'>,
  invoices: Pick<Client<typeof InvoiceService>, 'getInvoice'>,
): Pricing {
  return {
    async price(shopId, lines) {
      const price = await holds.priceLines({
        shopId,
        lines: lines.map(({ channel, size, rate }) => ({
          lineId: channel,
          description: lineDescriptions[channel],
          quantity: BigInt(size),
          rateMicros: BigInt(rate),
        })),
      });
      const taxable = paiseFromInt64(price.taxablePaise);
      const total = paiseFromInt64(price.totalPaise);
      const included = new Map(price.included.map(({ lineId, units }) => [lineId, Number(units)]));
      return { price: { taxable, tax: paise(total - taxable), total }, included };
    },
    async invoice(invoiceId) {
      const { number, totalPaise } = await invoices.getInvoice({ invoiceId });
      return { number, total: paiseFromInt64(totalPaise) };
    },
  };
}
