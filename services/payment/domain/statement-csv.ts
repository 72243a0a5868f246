import { istDay } from '@doffers/calendar';
import type { Paise } from '@doffers/money';
import { csv } from './csv.ts';
import { movementNames, type Statement } from './statement.ts';

const rupees = (amount: Paise) => (amount / 100).toFixed(2);

/** A statement for a spreadsheet: days as in India, amounts in rupees, what leaves the wallet with a minus. */
export function statementCsv({ period, opening, rows, closing }: Statement): string {
  return csv([
    ['date', 'what', 'reference', 'cash', 'promotional', 'cash_balance', 'promotional_balance'],
    [`${period}-01`, 'Opening balance', '', '', '', rupees(opening.cash), rupees(opening.promo)],
    ...rows.map(({ at, kind, reference, cash, promo, balance }) => [
      istDay(at),
      movementNames[kind],
      reference,
      rupees(cash),
      rupees(promo),
      rupees(balance.cash),
      rupees(balance.promo),
    ]),
    ['', 'Closing balance', '', '', '', rupees(closing.cash), rupees(closing.promo)],
  ]);
}
