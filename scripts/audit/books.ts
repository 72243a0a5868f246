import type { Connection } from 'mysql2/promise';
import { rowsOf } from './deliveries.ts';

/** The money of a campaign, and whether the books it stands in agree. All in paise, cash and promotional credit together. */
export type CampaignBooks = {
  readonly heldPaise: number;
  readonly capturedPaise: number;
  readonly releasedPaise: number;
  readonly invoiceNumber: string;
  readonly invoiceTotalPaise: number;
  /** As payment remembers it; 0 when the PDF is not stored. */
  readonly invoicePdfBytes: number;
  /** Deliveries that the captured holds and the invoice name, over all lines. */
  readonly capturedQuantity: number;
  readonly invoicedQuantity: number;
  /** Money that is not where the books say. Every part is 0, or something is wrong. */
  readonly imbalance: {
    /** Σ |debits − credits| over all journals of the ledger. */
    readonly journals: number;
    /** |held − captured − released| of the campaign's holds that are closed; what an open one still holds. */
    readonly holds: number;
    /** |captured cash − total of the invoice|. */
    readonly invoice: number;
    /** |captured promotional credit − discount of the invoice|. */
    readonly discount: number;
    /** Σ |wallet row − its accounts in the ledger| over the wallets of this campaign's shop. */
    readonly wallet: number;
    /** Numbers missing in invoice series, each counted as one paisa. */
    readonly numberGaps: number;
  };
};

/** Reads the money of a campaign's launches, and adds up the whole ledger. */
export async function readBooks(payment: Connection, campaignId: string): Promise<CampaignBooks> {
  const keys = `campaign/${campaignId}/hold/%`;
  const holds = await rowsOf<HoldRow>(
    payment,
    "SELECT * FROM hold WHERE idempotency_key LIKE ? AND state IN ('open', 'settled')",
    [keys],
  );
  const invoices = await rowsOf<InvoiceRow>(
    payment,
    `SELECT i.number, i.total_paise, i.discount_paise, i.lines, COALESCE(p.bytes, 0) AS bytes
       FROM invoice i LEFT JOIN invoice_pdf p ON p.invoice_id = i.id WHERE i.source LIKE ?`,
    [keys],
  );
  const sum = <T>(rows: readonly T[], of: (row: T) => unknown) => rows.reduce((all, row) => all + Number(of(row)), 0);
  const [cash, promo] = [sum(holds, (row) => row.captured_cash_paise), sum(holds, (row) => row.captured_promo_paise)];
  const [total, discount] = [sum(invoices, (row) => row.total_paise), sum(invoices, (row) => row.discount_paise)];
  const heldPaise = sum(holds, (row) => Number(row.amount_cash_paise) + Number(row.amount_promo_paise));
  const releasedPaise = sum(holds, (row) => Number(row.released_cash_paise) + Number(row.released_promo_paise));
  const capturedQuantity = sum(holds, ({ lines }) =>
    sum(JSON.parse(lines) as { captured: number }[], ({ captured }) => captured),
  );
  const invoicedQuantity = sum(invoices, ({ lines }) =>
    sum(JSON.parse(lines) as { quantity: number }[], ({ quantity }) => quantity),
  );
  return {
    heldPaise,
    capturedPaise: cash + promo,
    releasedPaise,
    invoiceNumber: invoices.map(({ number }) => number).join(', '),
    invoiceTotalPaise: total,
    invoicePdfBytes: sum(invoices, ({ bytes }) => bytes),
    capturedQuantity,
    // What cost no cash, because it was included or a gift, has no invoice.
    invoicedQuantity: cash === 0 && invoices.length === 0 ? capturedQuantity : invoicedQuantity,
    imbalance: {
      journals: await unbalancedJournals(payment),
      holds: Math.abs(heldPaise - cash - promo - releasedPaise),
      invoice: Math.abs(cash - total),
      discount: Math.abs(promo - discount),
      wallet: await walletDrift(
        payment,
        holds.map(({ shop_id: shopId }) => shopId),
      ),
      numberGaps: await numberGaps(payment),
    },
  };
}

type HoldRow = {
  readonly shop_id: Buffer;
  readonly lines: string;
  readonly amount_cash_paise: number;
  readonly amount_promo_paise: number;
  readonly captured_cash_paise: number;
  readonly captured_promo_paise: number;
  readonly released_cash_paise: number;
  readonly released_promo_paise: number;
};
type InvoiceRow = {
  readonly number: string;
  readonly total_paise: number;
  readonly discount_paise: number;
  readonly lines: string;
  readonly bytes: number;
};

async function unbalancedJournals(payment: Connection): Promise<number> {
  const [row] = await rowsOf<{ paise: string }>(
    payment,
    `SELECT COALESCE(SUM(ABS(difference)), 0) AS paise
       FROM (SELECT SUM(debit_paise) - SUM(credit_paise) AS difference FROM entry GROUP BY journal_id) journals`,
    [],
  );
  return Number(row?.paise);
}

/** What is posted stands in the ledger as what is free and what is held. */
async function walletDrift(payment: Connection, shopIds: readonly Buffer[]): Promise<number> {
  let drift = 0;
  for (const shopId of shopIds.slice(0, 1)) {
    const [row] = await rowsOf<Record<string, string>>(
      payment,
      `SELECT w.posted_cash_paise, w.held_cash_paise, w.posted_promo_paise, w.held_promo_paise,
              ${accounts.map((code) => `${balanceOf(code)} AS ${code}`).join(', ')}
         FROM wallet w WHERE w.shop_id = ?`,
      [...accounts.map(() => shopId), shopId],
    );
    const paise = (column: string) => Number(row?.[column]);
    for (const kind of ['cash', 'promo']) {
      const [free, held] = [paise(`WALLET_${kind.toUpperCase()}`), paise(`WALLET_HELD_${kind.toUpperCase()}`)];
      drift += Math.abs(paise(`held_${kind}_paise`) - held);
      drift += Math.abs(paise(`posted_${kind}_paise`) - free - held);
    }
  }
  return drift;
}

const accounts = ['WALLET_CASH', 'WALLET_HELD_CASH', 'WALLET_PROMO', 'WALLET_HELD_PROMO'];

const balanceOf = (code: string) =>
  `(SELECT COALESCE(SUM(e.credit_paise - e.debit_paise), 0) FROM ledger_account a JOIN entry e ON e.account_id = a.id
     WHERE a.owner_id = ? AND a.code = '${code}')`;

async function numberGaps(payment: Connection): Promise<number> {
  const [row] = await rowsOf<{ gaps: string }>(
    payment,
    `SELECT COALESCE(SUM(ABS(s.last_serial - (SELECT COUNT(*) FROM invoice i WHERE i.supplier_gstin = s.supplier_gstin
              AND i.kind = s.kind AND i.financial_year = s.financial_year))), 0) AS gaps FROM invoice_series s`,
    [],
  );
  return Number(row?.gaps);
}
