import { istDay } from '@doffers/calendar';
import { DomainError } from '@doffers/errors';
import { type Paise, paise, stateCode, stateLabel, stateOfGstin, totalTax } from '@doffers/money';
import { documentType, isRegistrable } from './e-invoice.ts';
import type { Invoice, InvoiceLine } from './invoice.ts';
import { type Party, taxContextOf } from './supply.ts';

export type EInvoiceJson = ReturnType<typeof eInvoiceJson>;

/**
 * A document in the portal's schema, version 1.1: for the portal's API, or to be uploaded there by hand.
 *
 * @throws DomainError `NOT_AN_E_INVOICE`, `ADDRESS_WITHOUT_PIN`
 */
export function eInvoiceJson(document: Invoice) {
  const type = documentType(document);
  if (type === undefined || !isRegistrable(document)) throw notAnEInvoice();
  const { supply, number, issuedAt, original, taxable, taxes, roundOff, total } = document;
  const { supplier, recipient, placeOfSupply, specialEconomicZone = false } = supply;
  // What a pack has paid already is shown on the document, and is no supply of this one.
  const lines = document.lines.filter((line) => line.taxable + line.discount > 0);
  return {
    Version: '1.1',
    TranDtls: { TaxSch: 'GST', SupTyp: specialEconomicZone ? 'SEZWP' : 'B2B', RegRev: 'N', IgstOnIntra: 'N' },
    DocDtls: { Typ: type, No: number, Dt: day(istDay(issuedAt)) },
    SellerDtls: party(supplier),
    BuyerDtls: { ...party(recipient), Pos: placeOfSupply },
    ItemList: lines.map((line, at) => item(line, at, taxContextOf(supply).rateBasisPoints)),
    ValDtls: {
      AssVal: rupees(taxable),
      CgstVal: rupees(taxes.cgst),
      SgstVal: rupees(taxes.sgst),
      IgstVal: rupees(taxes.igst),
      RndOffAmt: rupees(roundOff),
      TotInvVal: rupees(total),
    },
    ...(original && { RefDtls: { PrecDocDtls: [{ InvNo: original.number, InvDt: day(original.issuedOn) }] } }),
  };
}

function item({ description, sac, quantity, rate, discount, taxable, taxes }: InvoiceLine, at: number, basis: number) {
  const value = paise(taxable + discount);
  // The portal has three decimals for a price. One that needs more is the price of all of it: services need no quantity.
  const price =
    rate % 1_000 === 0
      ? { Qty: quantity, Unit: 'OTH', UnitPrice: Number((rate / 1_000_000).toFixed(3)) }
      : { UnitPrice: rupees(value) };
  return {
    SlNo: String(at + 1),
    PrdDesc: plain(description, 300),
    IsServc: 'Y',
    HsnCd: sac,
    ...price,
    TotAmt: rupees(value),
    Discount: rupees(discount),
    AssAmt: rupees(taxable),
    GstRt: basis / 100,
    CgstAmt: rupees(taxes.cgst),
    SgstAmt: rupees(taxes.sgst),
    IgstAmt: rupees(taxes.igst),
    TotItemVal: rupees(paise(taxable + totalTax(taxes))),
  };
}

/** The PIN code of an address, which comes last in it; the portal takes no address without. */
export function pinOf(address: string): string | undefined {
  return address.match(/\b[1-9]\d{5}\b/g)?.at(-1);
}

/** The portal refuses a shorter name; a shop may have one. */
const shortestName = 3;

/** The document has an address in one line; the portal wants it in parts. */
function party({ name, address, gstin }: Party) {
  const state = stateOfGstin(gstin);
  const pin = pinOf(address);
  if (pin === undefined) throw withoutPin(name);
  const parts = address.split(',').map((part) => part.trim());
  while (parts.length > 1 && isStateOrPin(parts.at(-1) ?? '', pin)) parts.pop();
  const street = plain(parts.join(', '), 200);
  const town = parts.findLast((part) => part.length >= 3) ?? stateLabel(state).slice(3);
  const rest = street.slice(100).trim();
  return {
    Gstin: gstin,
    LglNm: plain(name, 100).padEnd(shortestName, '.'),
    Addr1: street.slice(0, 100).trim(),
    ...(rest.length >= 3 && { Addr2: rest }),
    Loc: plain(town, 50),
    Pin: Number(pin),
    Stcd: state,
  };
}

const isStateOrPin = (part: string, pin: string) => part.includes(pin) || stateCode(part) !== undefined;

/** Quotation marks and backslashes are not taken. */
const plain = (text: string, length: number) => text.replace(/["\\]/g, "'").slice(0, length);

/** Exact: a number of rupees with two decimals is what JSON prints of it. */
const rupees = (amount: Paise) => Number((amount / 100).toFixed(2));
const day = (date: string) => date.split('-').toReversed().join('/');

function notAnEInvoice(): DomainError {
  const message = 'only tax invoices and credit notes to a shop with a GST number are registered at the portal';
  return new DomainError('failed_precondition', 'NOT_AN_E_INVOICE', message);
}

function withoutPin(name: string): DomainError {
  const message = `the address of ${name} has no PIN code, and the portal takes none without`;
  return new DomainError('failed_precondition', 'ADDRESS_WITHOUT_PIN', message);
}
