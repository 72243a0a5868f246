import { bottom, heightOf, line, margin, newPage, type Pdf, shade, text, width } from './page.ts';

export type Column = { readonly title: string; readonly width: number; readonly align: 'left' | 'right' | 'center' };

export type TableRow = { readonly cells: readonly string[]; readonly bold?: boolean; readonly fill?: string };

const padding = 4;
const size = 8;

/**
 * Draws a table from `top` on; its head is repeated on every page that it reaches. The columns share the width of the
 * page by their own widths. Answers where it ended.
 */
export function table(pdf: Pdf, columns: readonly Column[], rows: readonly TableRow[], top: number): number {
  const scale = width / columns.reduce((sum, column) => sum + column.width, 0);
  const scaled = columns.map((column) => ({ ...column, width: column.width * scale }));
  // Measuring a text costs as much as writing it, so every row is measured once.
  const measured = (row: TableRow) => ({ ...row, height: rowHeight(pdf, scaled, row) });
  const head = measured({ cells: scaled.map(({ title }) => title), bold: true, fill: shade });
  const [first, ...others] = rows.map(measured);
  let y = top + head.height + (first?.height ?? 0) > bottom ? newPage(pdf) : top;
  y = drawRow(pdf, scaled, head, y);
  for (const row of first === undefined ? [] : [first, ...others]) {
    if (y + row.height > bottom) y = drawRow(pdf, scaled, head, newPage(pdf));
    y = drawRow(pdf, scaled, row, y);
    line(pdf, y);
  }
  return y;
}

type MeasuredRow = TableRow & { readonly height: number };

function drawRow(pdf: Pdf, columns: readonly Column[], row: MeasuredRow, y: number): number {
  if (row.fill !== undefined) pdf.rect(margin, y, width, row.height).fill(row.fill);
  const font = row.bold === true ? 'bold' : 'regular';
  let x = margin;
  for (const [at, column] of columns.entries()) {
    const box = { x: x + padding, y: y + padding, width: column.width - 2 * padding };
    text(pdf, row.cells[at] ?? '', { ...box, align: column.align, size, font });
    x += column.width;
  }
  return y + row.height;
}

function rowHeight(pdf: Pdf, columns: readonly Column[], { cells, bold }: TableRow): number {
  const font = bold === true ? 'bold' : 'regular';
  const heights = columns.map(({ width }, at) =>
    heightOf(pdf, cells[at] ?? '', { width: width - 2 * padding, size, font }),
  );
  return Math.max(...heights) + 2 * padding;
}
