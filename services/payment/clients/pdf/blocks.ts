import { stateOfGstin } from '@doffers/money';
import { placeLabel, type StateCode } from '../../domain/place-of-supply.ts';
import type { Party } from '../../domain/supply.ts';
import { brand, faint, line, margin, type Pdf, right, shade, text, width } from './page.ts';

export type Fact = readonly [name: string, value: string];

/** The letterhead: the mark, who writes, and what it is. */
export function letterhead(pdf: Pdf, head: { supplier: Party; title: string; copy?: string }): number {
  const { supplier, title, copy } = head;
  mark(pdf, margin, margin);
  const x = margin + 46;
  let y = text(pdf, supplier.name, { x, y: margin - 2, width: width - 230, size: 12.5, font: 'bold' });
  y = text(pdf, supplier.address, { x, y, width: width - 250, size: 8, colour: faint });
  y = text(pdf, `GSTIN ${supplier.gstin} · ${stateText(stateOfGstin(supplier.gstin))}`, { x, y, width: 300, size: 8 });
  const box = { x: right - 190, width: 190, align: 'right' } as const;
  const under = text(pdf, title, { ...box, y: margin - 4, size: 17, font: 'bold', colour: brand });
  if (copy !== undefined) text(pdf, copy, { ...box, y: under, size: 7, colour: faint });
  const end = Math.max(y, margin + 38) + 10;
  line(pdf, end, { colour: brand });
  return end;
}

/** The platform's mark: a price tag with a spark of percent. */
function mark(pdf: Pdf, x: number, y: number): void {
  pdf.save().translate(x, y);
  pdf.roundedRect(0, 0, 36, 36, 8).fill(brand);
  pdf.path('M9 10 h11 l8 8 -11 11 -8 -8 z').fill('#ffffff');
  pdf.circle(14, 15, 2.1).fill(brand);
  pdf.lineWidth(1.6).strokeColor(brand).moveTo(17.2, 24.2).lineTo(22.4, 17.2).stroke();
  pdf.restore();
}

/** Who is billed at the left, the document's facts at the right. */
export function recipientAndFacts(
  pdf: Pdf,
  about: { title: string; recipient: Party; placeOfSupply: StateCode; facts: readonly Fact[] },
  top: number,
): number {
  const half = width / 2 - 14;
  const { recipient, placeOfSupply } = about;
  const at = { x: margin, width: half };
  let left = text(pdf, about.title.toUpperCase(), { ...at, y: top, size: 7, colour: faint, font: 'bold' });
  left = text(pdf, recipient.name, { ...at, y: left + 2, size: 11, font: 'bold' });
  if (recipient.address !== '') left = text(pdf, recipient.address, { ...at, y: left });
  left = text(pdf, stateText(placeOfSupply), { ...at, y: left });
  const gstin = recipient.gstin === '' ? 'Unregistered' : recipient.gstin;
  left = text(pdf, `GSTIN: ${gstin}`, { ...at, y: left, font: 'bold' });
  return Math.max(left, facts(pdf, about.facts, { x: margin + width / 2 + 14, y: top, width: half }));
}

function facts(pdf: Pdf, rows: readonly Fact[], { x, y, width }: { x: number; y: number; width: number }): number {
  let end = y;
  for (const [name, value] of rows) {
    const before = end;
    const under = text(pdf, name, { x, y: before, width: 100, colour: faint });
    end = Math.max(
      under,
      text(pdf, value, { x: x + 100, y: before, width: width - 100, align: 'right', font: 'bold' }),
    );
    end += 2.5;
  }
  return end;
}

const stateText = (code: StateCode) => `State: ${placeLabel(code).slice(3)} (code ${code})`;

/** Rows of amounts at the right, the last one set off as the total. */
export function totalsBox(pdf: Pdf, rows: readonly Fact[], total: Fact, top: number): number {
  const x = right - 246;
  let y = top;
  for (const [name, amount] of rows) {
    text(pdf, name, { x, y, width: 140, colour: faint });
    text(pdf, amount, { x: x + 130, y, width: 112, align: 'right' });
    y += 14;
  }
  pdf.rect(x - 8, y + 2, 254, 24).fill(shade);
  text(pdf, total[0], { x, y: y + 7, width: 126, size: 10.5, font: 'bold' });
  text(pdf, total[1], { x: x + 110, y: y + 7, width: 132, align: 'right', size: 10.5, font: 'bold' });
  return y + 32;
}
