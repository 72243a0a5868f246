import { z } from 'zod';

const gstin = z.string().regex(/^[0-9]{2}[0-9A-Z]{13}$/);
const text = (min: number, max: number) =>
  z
    .string()
    .min(min)
    .max(max)
    .regex(/^[^"\\]*$/);
const amount = decimals(2);
const state = z.string().regex(/^(?!0+$)[0-9]{1,2}$/);
const date = z.string().regex(/^[0-3][0-9]\/[0-1][0-9]\/20[1-2][0-9]$/);

const party = {
  Gstin: gstin,
  LglNm: text(3, 100),
  Addr1: text(1, 100),
  Addr2: text(3, 100).optional(),
  Loc: text(3, 50),
  Pin: z.number().int().min(100_000).max(999_999),
  Stcd: state,
};

/** As much of schema 1.1 as services within India use; anything else is refused. */
const schema = z.strictObject({
  Version: z.literal('1.1'),
  TranDtls: z.strictObject({
    TaxSch: z.literal('GST'),
    SupTyp: z.enum(['B2B', 'SEZWP', 'SEZWOP']),
    RegRev: z.enum(['Y', 'N']),
    IgstOnIntra: z.enum(['Y', 'N']),
  }),
  DocDtls: z.strictObject({
    Typ: z.enum(['INV', 'CRN', 'DBN']),
    No: z.string().regex(/^[a-zA-Z1-9][a-zA-Z0-9/-]{0,15}$/),
    Dt: date,
  }),
  SellerDtls: z.strictObject(party),
  BuyerDtls: z.strictObject({ ...party, Pos: state }),
  ItemList: z
    .array(
      z.strictObject({
        SlNo: z.string().regex(/^[0-9]{1,6}$/),
        PrdDesc: text(3, 300),
        IsServc: z.enum(['Y', 'N']),
        HsnCd: z.string().regex(/^[0-9]{4,8}$/),
        Qty: decimals(3).optional(),
        Unit: z.string().min(3).max(8).optional(),
        UnitPrice: decimals(3),
        TotAmt: amount,
        Discount: amount.optional(),
        AssAmt: amount,
        GstRt: decimals(3),
        CgstAmt: amount.optional(),
        SgstAmt: amount.optional(),
        IgstAmt: amount.optional(),
        TotItemVal: amount,
      }),
    )
    .min(1)
    .max(1000),
  ValDtls: z.strictObject({
    AssVal: amount,
    CgstVal: amount.optional(),
    SgstVal: amount.optional(),
    IgstVal: amount.optional(),
    Discount: amount.optional(),
    OthChrg: amount.optional(),
    RndOffAmt: z.number().min(-99.99).max(99.99).optional(),
    TotInvVal: amount,
  }),
  RefDtls: z
    .strictObject({
      PrecDocDtls: z.array(
        z.strictObject({ InvNo: z.string().regex(/^[1-9a-zA-Z][0-9a-zA-Z/-]{0,15}$/), InvDt: date }),
      ),
    })
    .optional(),
});

export type Document = z.infer<typeof schema>;
type Wrong = { readonly code: string; readonly message: string };

/** What the portal finds wrong with a document, by its own codes; the document when nothing is. */
export function checkDocument(body: unknown, supplier: string): Document | Wrong {
  const parsed = schema.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { code: '5002', message: `${issue?.path.join('.')}: ${issue?.message}` };
  }
  const document = parsed.data;
  return wrongWith(document, supplier) ?? document;
}

function wrongWith(document: Document, supplier: string): Wrong | undefined {
  const { SellerDtls: seller, BuyerDtls: buyer, ItemList: items, ValDtls: values, TranDtls, DocDtls } = document;
  if (seller.Gstin !== supplier) return { code: '2234', message: 'The GSTIN of the supplier is not that of the user' };
  if (!hasCheckCharacter(buyer.Gstin)) return { code: '3028', message: `GSTIN -${buyer.Gstin} is invalid` };
  if (buyer.Gstin === seller.Gstin) return { code: '2211', message: 'Supplier and Recipient GSTIN should not be same' };
  for (const { Gstin, Stcd } of [seller, buyer]) {
    if (!Gstin.startsWith(Stcd)) return { code: '2266', message: `State ${Stcd} is not that of GSTIN ${Gstin}` };
  }
  if (DocDtls.Dt.split('/').toReversed().join('-') > today()) {
    return { code: '2163', message: 'The document date should not be future date' };
  }
  const inter = buyer.Pos !== seller.Stcd || TranDtls.SupTyp !== 'B2B';
  for (const { Qty = 1, UnitPrice, TotAmt, Discount = 0, AssAmt, GstRt, TotItemVal, ...item } of items) {
    const { CgstAmt = 0, SgstAmt = 0, IgstAmt = 0, SlNo } = item;
    if (inter && CgstAmt + SgstAmt > 0) {
      return { code: '2173', message: 'For Inter-state transaction, CGST and SGST amounts are not applicable' };
    }
    if (!inter && IgstAmt > 0) {
      return { code: '2172', message: 'For Intra-state transaction, IGST amounts are not applicable' };
    }
    if (CgstAmt !== SgstAmt) return { code: '2193', message: `Invalid SGST amount of item ${SlNo}` };
    const sums: [string, number, number][] = [
      ['TotAmt', TotAmt, Qty * UnitPrice],
      ['AssAmt', AssAmt, TotAmt - Discount],
      ['tax', CgstAmt + SgstAmt + IgstAmt, (AssAmt * GstRt) / 100],
      ['TotItemVal', TotItemVal, AssAmt + CgstAmt + SgstAmt + IgstAmt],
    ];
    for (const [name, value, expected] of sums) {
      if (!isNear(value, expected)) return { code: '2194', message: `Invalid ${name} of item ${SlNo}` };
    }
  }
  const sumOf = (of: (item: Document['ItemList'][number]) => number | undefined) =>
    items.reduce((sum, item) => sum + (of(item) ?? 0), 0);
  if (
    !isNear(
      values.AssVal,
      sumOf(({ AssAmt }) => AssAmt),
    )
  ) {
    return { code: '2182', message: 'Taxable value of total invoice should be equal to the sum of the line items' };
  }
  const total = sumOf(({ TotItemVal }) => TotItemVal) - (values.Discount ?? 0) + (values.OthChrg ?? 0);
  if (!isNear(values.TotInvVal, total + (values.RndOffAmt ?? 0))) {
    return { code: '2189', message: 'Invalid total invoice value' };
  }
  return undefined;
}

/** The portal overlooks a rupee. */
const isNear = (value: number, expected: number) => Math.abs(value - expected) <= 1;
const today = () => new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Kolkata' }).format(new Date());

function decimals(places: number) {
  const isRounded = (value: number) => Number(value.toFixed(places)) === value;
  return z.number().min(0).max(999_999_999_999.99).refine(isRounded, `at most ${places} decimals`);
}

function hasCheckCharacter(number: string): boolean {
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
  const sum = Array.from(number.slice(0, 14)).reduce((before, character, at) => {
    const product = alphabet.indexOf(character) * (1 + (at % 2));
    return before + Math.floor(product / 36) + (product % 36);
  }, 0);
  return alphabet[(36 - (sum % 36)) % 36] === number[14];
}
