import { DomainError } from '@doffers/errors';
import { parseJson } from '@doffers/provider-http';
import { z } from 'zod';
import type { EInvoice } from '../domain/e-invoice.ts';
import type { EInvoiceJson } from '../domain/e-invoice-json.ts';
import { irnOf } from './irn.ts';
import type { Irp, IrpOutcome, Registration } from './irp.ts';

/** What a use case needs of the portal. */
export type InvoiceRegistry = {
  /**
   * Registers a document, or answers how it is registered already.
   * @throws DomainError `E_INVOICE_PORTAL_UNAVAILABLE` (it may be registered then), `E_INVOICE_REFUSED`
   */
  register(document: EInvoiceJson): Promise<EInvoice>;
};

export function createInvoiceRegistry(irp: Omit<Irp, 'close'>): InvoiceRegistry {
  return {
    async register(document) {
      const outcome = await irp.register(document);
      // Registered by an earlier call whose answer was lost, or by hand: its answer then has no signed code.
      const answer = outcome.kind === 'duplicate' ? await irp.find(outcome.irn) : outcome;
      const registration = settled(answer);
      const irn = irnOf(document);
      if (registration.irn !== irn || !isCodeOf(registration.signedQr, document, irn)) {
        throw unavailable('another_document');
      }
      return registration;
    },
  };
}

const claims = z.object({ Irn: z.string(), DocNo: z.string(), SellerGstin: z.string(), TotInvVal: z.number() });

/** Whether the signed code is the document's own: it is what a reader of the printed invoice sees. */
function isCodeOf(signedQr: string, { DocDtls, SellerDtls, ValDtls }: EInvoiceJson, irn: string): boolean {
  const [, payload = ''] = signedQr.split('.');
  const token = z.object({ data: z.string() }).safeParse(parseJson(Buffer.from(payload, 'base64url').toString('utf8')));
  const code = claims.safeParse(token.success ? parseJson(token.data.data) : undefined);
  if (!code.success) return false;
  const { Irn, DocNo, SellerGstin, TotInvVal } = code.data;
  return Irn === irn && DocNo === DocDtls.No && SellerGstin === SellerDtls.Gstin && TotInvVal === ValDtls.TotInvVal;
}

function settled(outcome: IrpOutcome<Registration>): Registration {
  switch (outcome.kind) {
    case 'ok':
      return outcome.value;
    case 'refused':
      throw refused(outcome);
    case 'duplicate':
      throw unavailable('duplicate');
    case 'unknown':
      throw unavailable(outcome.reason, outcome.retryAfterMs);
  }
}

function unavailable(cause: string, retryMs?: number): DomainError {
  const message = 'the invoice registration portal does not answer; the document is registered when it does';
  return new DomainError('unavailable', 'E_INVOICE_PORTAL_UNAVAILABLE', message, {
    info: { cause },
    ...(retryMs !== undefined && { retryAfterSeconds: Math.ceil(retryMs / 1000) }),
  });
}

function refused({ code, description }: { readonly code: string; readonly description: string }): DomainError {
  const message = `the invoice registration portal refuses the document: ${description} (${code})`;
  return new DomainError('failed_precondition', 'E_INVOICE_REFUSED', message, { info: { code } });
}
