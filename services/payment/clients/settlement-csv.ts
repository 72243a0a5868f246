import { DomainError } from '@doffers/errors';
import { type Paise, paise } from '@doffers/money';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import type { SettlementLine } from '../domain/settlement.ts';

/** Rupees as the gateway's dashboard exports them. */
const rupees = z
  .string()
  .regex(/^\d{1,12}(\.\d{1,2})?$/, 'an amount in rupees')
  .transform((text): Paise => {
    const [whole = '0', part = ''] = text.split('.');
    return paise(Number(whole) * 100 + Number(part.padEnd(2, '0')));
  });
const id = z.string().regex(/^[!-~]{1,64}$/, 'an id');

const row = z
  .object({
    entity_id: id,
    type: id.optional(),
    transaction_entity: id.optional(),
    settlement_id: id,
    amount: rupees,
    currency: z.string().length(3),
    credit: rupees,
    debit: rupees,
    order_id: z.string().optional(),
  })
  .transform(
    ({ entity_id: entityId, settlement_id: settlementId, type, transaction_entity, order_id, ...rest }, context) => {
      const kind = type ?? transaction_entity;
      if (kind === undefined) {
        context.addIssue({ code: 'custom', path: ['type'], message: 'a type' });
        return z.NEVER;
      }
      const { amount, credit, debit } = rest;
      // Fee and tax have columns of different names in different exports; together they are what is missing.
      const fee = paise(kind === 'refund' ? Math.max(0, debit - amount) : Math.max(0, amount - credit));
      const line: SettlementLine = { ...rest, fee, type: kind, entityId, settlementId, orderId: order_id || undefined };
      return line;
    },
  );

/**
 * Reads the gateway's settlement report as its dashboard exports it: one line for each payment and refund, with the names
 * of the columns in the first line. Lines that are not settled yet are left out.
 *
 * @throws DomainError `SETTLEMENT_FILE_INVALID` with the line and what it should have
 */
export function settlementFromCsv(csv: string): readonly SettlementLine[] {
  return readRows(csv).flatMap((fields, at) => {
    if (!fields.settlement_id) return [];
    const parsed = row.safeParse(fields);
    if (parsed.success) return [parsed.data];
    const [issue] = parsed.error.issues;
    throw invalid(`line ${at + 2}: ${String(issue?.path[0] ?? '')} should be ${issue?.message ?? 'something else'}`);
  });
}

const needed = ['entity_id', 'settlement_id', 'amount', 'currency', 'credit', 'debit'];

function readRows(csv: string): readonly Record<string, string>[] {
  const columns = (cells: string[]) => {
    const names = cells.map((cell) => cell.trim().toLowerCase());
    const missing = needed.filter((name) => !names.includes(name));
    if (missing.length > 0) throw new Error(`its first line does not name ${missing.join(', ')}`);
    return names;
  };
  try {
    return parse(csv, { columns, bom: true, trim: true, skip_empty_lines: true });
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error));
  }
}

function invalid(why: string): DomainError {
  const message = `this is not the gateway's settlement report as CSV: ${why.slice(0, 300)}`;
  return new DomainError('invalid_argument', 'SETTLEMENT_FILE_INVALID', message);
}
