import { charge, microRupees, paise } from '@doffers/money';
import type { Invoice } from '../domain/invoice.ts';
import { supplyTo, taxContextOf } from '../domain/supply.ts';

const supplier = {
  name: "D'Offers Technologies Private Limited",
  address: '2nd Floor, Trade House, Senapati Bapat Marg, Lower Parel, Mumbai, Maharashtra 400013',
  gstin: '27AAPFU0939F1ZV',
};

/** The golden campaign: 12,345 WhatsApp at ₹0.88 and 5,000 push at ₹0.05, to a shop in another State. */
export function anInvoice(changes: Partial<Invoice> & { shopName?: string } = {}): Invoice {
  const { shopName = 'Asha Stores', ...rest } = changes;
  const shop = { name: shopName, address: '12, 5th Block, Koramangala', pincode: '560034', state: 'Karnataka' };
  const supply = rest.supply ?? supplyTo({ ...shop, gstin: '29AABCR1718E1ZL' }, supplier);
  const lines = [
    { line: 'WhatsApp messages delivered', quantity: 12_345, rate: microRupees(880_000) },
    { line: 'Push notifications accepted', quantity: 5_000, rate: microRupees(50_000) },
  ];
  const isSale = ['tax_invoice', 'usage_statement'].includes(rest.kind ?? 'tax_invoice');
  const { lines: charged, discount, taxable, taxes, total } = charge(lines, taxContextOf(supply));
  return {
    id: '019ab000-0000-7000-8000-000000000001',
    number: 'DOF/2627/000001',
    kind: 'tax_invoice',
    ...(isSale && { sold: 'campaign' }),
    shopId: '019ab000-0000-7000-8000-00000000000a',
    source: 'campaign/019ab000-0000-7000-8000-0000000000c1/hold/1',
    supply,
    lines: charged.map(({ line, amount: _before, ...priced }) => ({ ...priced, description: line, sac: '998365' })),
    discount,
    taxable,
    taxes,
    roundOff: paise(0),
    total,
    issuedAt: new Date('2026-11-24T18:45:00Z'),
    ...rest,
  };
}
