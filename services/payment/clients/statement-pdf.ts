import { formatRupees } from '@doffers/money';
import { movementNames, type Statement } from '../domain/statement.ts';
import { letterhead, recipientAndFacts, totalsBox } from './pdf/blocks.ts';
import { dateText, dayText, plain } from './pdf/figures.ts';
import { createPages, faint, margin, type Pdf, startOf, text, width } from './pdf/page.ts';
import { type Column, table } from './pdf/table.ts';

export type RenderStatement = (statement: Statement) => Promise<Uint8Array>;

/** Draws statements as PDF. */
export function createStatementRenderer(): RenderStatement {
  const pages = createPages();
  return (statement) => {
    const { parties, period, at } = statement;
    return pages({ title: `Statement ${period}`, author: parties.supplier.name, at }, (pdf) => draw(pdf, statement));
  };
}

const columns: readonly Column[] = [
  { title: 'Date', width: 62, align: 'left' },
  { title: 'What', width: 98, align: 'left' },
  { title: 'Reference', width: 172, align: 'left' },
  { title: 'Cash (₹)', width: 62, align: 'right' },
  { title: 'Promo (₹)', width: 60, align: 'right' },
  { title: 'Balance (₹)', width: 66, align: 'right' },
];

function draw(pdf: Pdf, { period, parties, opening, rows, closing, at }: Statement): void {
  const { supplier, recipient, placeOfSupply } = parties;
  let y = letterhead(pdf, { supplier, title: 'WALLET STATEMENT' });
  const facts = [
    ['From', dayText(`${period}-01`)],
    ['Drawn up', dateText(at)],
    ['Opening balance', formatRupees(opening.cash)],
    ['Promotional credit', formatRupees(opening.promo)],
  ] as const;
  y = recipientAndFacts(pdf, { title: 'Wallet of', recipient, placeOfSupply, facts }, y + 12);
  const lines = rows.map(({ at: day, kind, reference, cash, promo, balance }) => ({
    cells: [
      dateText(day),
      movementNames[kind],
      reference,
      cash === 0 ? '' : plain(cash),
      promo === 0 ? '' : plain(promo),
      plain(balance.cash),
    ],
  }));
  y = table(pdf, columns, lines, y + 14);
  y = startOf(pdf, y + 10, 90);
  totalsBox(
    pdf,
    [['Promotional credit left', formatRupees(closing.promo)]],
    ['Closing balance', formatRupees(closing.cash)],
    y,
  );
  const note =
    'What leaves the wallet has a minus. Money that is only set aside for a campaign is not shown: it is still yours.\n' +
    'This is no tax document: each top-up, campaign and purchase has its own.';
  text(pdf, note, { x: margin, y, width: width - 276, size: 7.5, colour: faint });
}
