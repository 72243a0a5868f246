import { createHash, createSign } from 'node:crypto';
import { createJournal } from '../recorder/journal.ts';
import type { Document } from './check-document.ts';

/** What the portal knows of a document, and answers for it. */
export type Registered = {
  readonly AckNo: number;
  readonly AckDt: string;
  readonly Irn: string;
  readonly SignedInvoice: string;
  readonly SignedQRCode: string;
  readonly Status: 'ACT';
};

export type Register = {
  find(irn: string): Registered | undefined;
  add(document: Document): Registered;
  close(): void;
};

/** Registered documents. The portal never forgets one: the file is replayed at the next start. */
export async function openRegister(path: string, privateKey: string): Promise<Register> {
  const known = new Map<string, Registered>();
  const journal = createJournal(path);
  for await (const line of journal.lines()) {
    const registered = JSON.parse(line) as Registered;
    known.set(registered.Irn, registered);
  }
  return {
    find: (irn) => known.get(irn),
    add(document) {
      const AckDt = indianTime(new Date());
      const Irn = irnOf(document);
      const sign = (data: object) => jwt(privateKey, { data: JSON.stringify(data), iss: 'NIC' });
      const AckNo = 112_610_000_000_000 + known.size + 1;
      const registered: Registered = {
        AckNo,
        AckDt,
        Irn,
        SignedInvoice: sign({ AckNo, AckDt, Irn, ...document }),
        SignedQRCode: sign(codeOf(document, Irn, AckDt)),
        Status: 'ACT',
      };
      known.set(Irn, registered);
      journal.append(JSON.stringify(registered));
      journal.flush(); // the answer that follows must not be truer than the file
      return registered;
    },
    close: () => journal.close(),
  };
}

export function irnOf({ SellerDtls, DocDtls: { Typ, No, Dt } }: Document): string {
  const [, month = 0, year = 0] = Dt.split('/').map(Number);
  const from = month >= 4 ? year : year - 1;
  const financialYear = `${from}-${String((from + 1) % 100).padStart(2, '0')}`;
  return createHash('sha256').update(`${SellerDtls.Gstin}${financialYear}${Typ}${No}`).digest('hex');
}

function codeOf({ SellerDtls, BuyerDtls, DocDtls, ValDtls, ItemList }: Document, Irn: string, IrnDt: string) {
  return {
    SellerGstin: SellerDtls.Gstin,
    BuyerGstin: BuyerDtls.Gstin,
    DocNo: DocDtls.No,
    DocTyp: DocDtls.Typ,
    DocDt: DocDtls.Dt,
    TotInvVal: ValDtls.TotInvVal,
    ItemCnt: ItemList.length,
    MainHsnCode: ItemList[0]?.HsnCd,
    Irn,
    IrnDt,
  };
}

function jwt(privateKey: string, payload: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'RS256', kid: 'sandbox-irp', typ: 'JWT' })}.${part(payload)}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url')}`;
}

/** `2026-11-24 10:00:00`, on a clock in India. */
function indianTime(instant: Date): string {
  return new Date(instant.getTime() + 19_800_000).toISOString().slice(0, 19).replace('T', ' ');
}
