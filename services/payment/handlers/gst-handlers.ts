import { ExportGstr1Request_Format as Format, type GstService } from '@doffers/proto/payment/v1/gst_service';
import type { Handlers } from '@doffers/rpc';
import { gstr1Csv } from '../domain/gstr1-csv.ts';
import { gstr1Json } from '../domain/gstr1-json.ts';
import { exportGstr1 } from '../usecases/export-gstr1.ts';
import type { InvoiceDeps } from '../usecases/invoice-deps.ts';
import { getTaxProfile, setTaxProfile, type TaxProfileDeps } from '../usecases/tax-profiles.ts';

type GstDeps = TaxProfileDeps & Pick<InvoiceDeps, 'supplier'> & { readonly books: InvoiceDeps['books'] };

/** Translates GstService between protobuf and the use cases; holds no rule of its own. */
export function createGstHandlers(deps: GstDeps): Handlers<typeof GstService> {
  return {
    async exportGstr1({ period, format }, context) {
      const form = await exportGstr1(deps, period);
      const isCsv = format === Format.CSV;
      const name = `GSTR1-${form.gstin}-${period}.${isCsv ? 'csv' : 'json'}`;
      context.setHeader('content-disposition', `attachment; filename="${name}"`);
      // The mark at the beginning tells a spreadsheet that names are UTF-8.
      const text = isCsv ? `\uFEFF${gstr1Csv(form)}` : JSON.stringify(gstr1Json(form));
      const contentType = isCsv ? 'text/csv; charset=utf-8' : 'application/json';
      return { contentType, data: new TextEncoder().encode(text) };
    },
    getTaxProfile: ({ shopId }) => getTaxProfile(deps, shopId),
    setTaxProfile: ({ shopId, specialEconomicZone }) => setTaxProfile(deps, { shopId, specialEconomicZone }),
  };
}
