import { istDay } from '@doffers/calendar';
import { idFromBytes, idToBytes, type Transaction } from '@doffers/database';
import { paise } from '@doffers/money';
import type { Advances } from '../domain/advances.ts';

/**
 * What a shop's advances were given and used for so far. Read it with the series of invoices locked, so that two invoices
 * do not use the same advance. Numbers begin again every year: the order is that of the issue.
 */
export async function readAdvances(tx: Transaction, shopId: string): Promise<Advances> {
  const shop = idToBytes(shopId);
  const [{ used }] = await tx.query(
    `SELECT COALESCE(SUM(CASE kind WHEN 'credit_note' THEN -total_paise ELSE total_paise END), 0) AS used
       FROM invoice
      WHERE shop_id = ? AND (kind = 'credit_note'
         OR (kind = 'tax_invoice' AND COALESCE(JSON_VALUE(details, '$.settlement.by'), 'advance') = 'advance'))`,
    [shop],
  );
  const receipts: ReceiptRow[] = await tx.query(
    `SELECT r.id, r.number, r.issued_at,
            r.total_paise - COALESCE((SELECT SUM(b.total_paise) FROM invoice b
                                       WHERE b.original_id = r.id AND b.kind = 'refund_voucher'), 0) AS left_paise
       FROM invoice r WHERE r.shop_id = ? AND r.kind = 'receipt_voucher' ORDER BY r.issued_at, r.serial`,
    [shop],
  );
  return {
    used: paise(Number(used)),
    receipts: receipts.map(({ id, number, issued_at, left_paise }) => ({
      id: idFromBytes(id),
      number,
      issuedOn: istDay(issued_at),
      left: paise(Number(left_paise)),
    })),
  };
}

type ReceiptRow = {
  readonly id: Buffer;
  readonly number: string;
  readonly issued_at: Date;
  readonly left_paise: string;
};
