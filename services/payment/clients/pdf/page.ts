import { readFile } from 'node:fs/promises';
import { create } from 'fontkit';
import PDFDocument from 'pdfkit';

const regularFont = new URL(
  import.meta.resolve('@expo-google-fonts/noto-sans-devanagari/400Regular/NotoSansDevanagari_400Regular.ttf'),
);
const boldFont = new URL(
  import.meta.resolve('@expo-google-fonts/noto-sans-devanagari/700Bold/NotoSansDevanagari_700Bold.ttf'),
);

/** A4 in points, and the box that documents write into. */
export const margin = 40;
export const width = 595.28 - 2 * margin;
export const right = margin + width;
export const bottom = 841.89 - 58;

const ink = '#1c2430';
export const faint = '#5d6675';
const rule = '#c3c9d2';
export const shade = '#f2f4f7';
export const brand = '#0f5c63';

export type Pdf = InstanceType<typeof PDFDocument>;

export type TextStyle = {
  x: number;
  y: number;
  width: number;
  align?: 'left' | 'right' | 'center';
  size?: number;
  font?: 'regular' | 'bold';
  colour?: string;
};

/** What a file says about itself. Nothing of it comes from the clock, so that drawing it again gives the same bytes. */
export type About = { readonly title: string; readonly author: string; readonly at: Date };

/**
 * Makes A4 files. The fonts carry the rupee sign and Devanagari, and only what a document uses of them is embedded.
 * `draw` writes its pages; the footers follow when their number is known.
 */
export function createPages(): (about: About, draw: (pdf: Pdf) => void) => Promise<Uint8Array> {
  const fonts = Promise.all([loadFont(regularFont), loadFont(boldFont)]);
  fonts.catch(() => undefined); // whoever renders first is told
  return async ({ title, author, at }, draw) => {
    const [regular, bold] = await fonts;
    const info = { Title: title, Author: author, CreationDate: at, ModDate: at };
    // Without a font of its own: the standard ones have no rupee sign and write garbage for it.
    const page = { size: 'A4', margin, font: '', bufferPages: true };
    const pdf = new PDFDocument({ ...page, info, lang: 'en-IN', displayTitle: true });
    pdf.registerFont('regular', regular).registerFont('bold', bold);
    const bytes = collect(pdf);
    draw(pdf);
    footers(pdf, `${author} · ${title}`);
    pdf.end();
    return bytes;
  };
}

/** Taking a font apart costs as much as drawing with it, so it is done once for all documents. */
async function loadFont(file: URL): Promise<Buffer> {
  // pdfkit takes a font that is ready as well; its types know bytes only.
  return create(await readFile(file)) as unknown as Buffer;
}

function collect(pdf: Pdf): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const chunks: Buffer[] = [];
  pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
  pdf.on('end', () => resolve(Buffer.concat(chunks)));
  pdf.on('error', reject);
  return promise;
}

function footers(pdf: Pdf, about: string): void {
  const { start, count } = pdf.bufferedPageRange();
  for (let page = start; page < start + count; page++) {
    pdf.switchToPage(page);
    pdf.page.margins.bottom = 0; // or writing below the margin would begin another page
    line(pdf, bottom + 14);
    const y = bottom + 20;
    text(pdf, about, { x: margin, y, width: width - 80, size: 7, colour: faint });
    const number = `Page ${page - start + 1} of ${count}`;
    text(pdf, number, { x: right - 80, y, width: 80, align: 'right', size: 7, colour: faint });
  }
}

/** Writes within a box and answers where it ended. */
export function text(pdf: Pdf, content: string, style: TextStyle): number {
  const { x, y, width, align = 'left', size = 8.5, font = 'regular', colour = ink } = style;
  pdf.font(font).fontSize(size).fillColor(colour).text(content, x, y, { width, align });
  return pdf.y;
}

export function heightOf(pdf: Pdf, content: string, style: Pick<TextStyle, 'width' | 'size' | 'font'>): number {
  const { width, size = 8.5, font = 'regular' } = style;
  return pdf.font(font).fontSize(size).heightOfString(content, { width });
}

/** A thin line across the page, or a part of it. */
export function line(pdf: Pdf, y: number, { from = margin, to = right, colour = rule } = {}): void {
  pdf.moveTo(from, y).lineTo(to, y).lineWidth(0.5).strokeColor(colour).stroke();
}

/** Where a block of this height begins: here, or on the next page. */
export function startOf(pdf: Pdf, y: number, height: number): number {
  return y + height > bottom ? newPage(pdf) : y;
}

export function newPage(pdf: Pdf): number {
  pdf.addPage();
  return margin;
}
