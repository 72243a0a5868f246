import { join } from 'node:path';
import { pinOf } from '../domain/e-invoice-json.ts';
import { createIrp } from './irp.ts';
import { createInvoiceRegistry, type InvoiceRegistry } from './irp-client.ts';

type Settings = {
  readonly DOFFERS_MODE: 'sandbox' | 'production';
  readonly KEYS_DIR: string;
  readonly SUPPLIER_GSTIN: string;
  readonly SUPPLIER_ADDRESS: string;
  readonly E_INVOICE_FROM: string;
  readonly IRP_BASE_URL?: string | undefined;
  readonly IRP_CLIENT_ID?: string | undefined;
  readonly IRP_CLIENT_SECRET?: string | undefined;
  readonly IRP_USER_NAME?: string | undefined;
  readonly IRP_PASSWORD?: string | undefined;
  readonly IRP_PUBLIC_KEY_FILE?: string | undefined;
};

/**
 * E-invoicing as the settings want it; undefined where it is off.
 *
 * @throws Error that names the first variable that is missing or that the portal would refuse with every document
 */
export function eInvoicingOf(
  settings: Settings,
): { readonly beganOn: string; readonly registry: InvoiceRegistry; close(): Promise<void> } | undefined {
  const { E_INVOICE_FROM: beganOn, SUPPLIER_GSTIN: gstin, DOFFERS_MODE, KEYS_DIR } = settings;
  if (beganOn === 'off') return undefined;
  if (pinOf(settings.SUPPLIER_ADDRESS) === undefined) {
    throw new Error('SUPPLIER_ADDRESS has no PIN code: E_INVOICE_FROM asks for one');
  }
  const irp = createIrp({
    baseUrl: given('IRP_BASE_URL', settings.IRP_BASE_URL),
    clientId: given('IRP_CLIENT_ID', settings.IRP_CLIENT_ID),
    clientSecret: given('IRP_CLIENT_SECRET', settings.IRP_CLIENT_SECRET),
    gstin,
    userName: given('IRP_USER_NAME', settings.IRP_USER_NAME),
    password: given('IRP_PASSWORD', settings.IRP_PASSWORD),
    publicKeyFile: given(
      'IRP_PUBLIC_KEY_FILE',
      settings.IRP_PUBLIC_KEY_FILE ?? (DOFFERS_MODE === 'sandbox' ? join(KEYS_DIR, 'sandbox-irp.pub') : undefined),
    ),
  });
  return { beganOn, registry: createInvoiceRegistry(irp), close: () => irp.close() };
}

function given(name: string, value: string | undefined): string {
  if (value === undefined) throw new Error(`${name} is missing: E_INVOICE_FROM asks for it`);
  return value;
}
