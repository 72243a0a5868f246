import QRCode from 'qrcode';
import { type Pdf, text } from './page.ts';

/** Draws a QR code as one path, which prints sharp at every size. The same content always gives the same drawing. */
export function qr(pdf: Pdf, content: string, at: { x: number; y: number; size: number; caption: string }): number {
  const { modules } = QRCode.create(content, { errorCorrectionLevel: content.length > 400 ? 'L' : 'M' });
  const { size: count } = modules;
  const step = at.size / count;
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < count; column++) {
      if (modules.get(row, column) === 0) continue;
      // A hair wider than its place: viewers draw the seams between neighbours otherwise.
      pdf.rect(at.x + column * step, at.y + row * step, step * 1.03, step * 1.03);
    }
  }
  pdf.fill('#000000');
  return text(pdf, at.caption, { x: at.x - 10, y: at.y + at.size + 3, width: at.size + 20, align: 'center', size: 7 });
}
