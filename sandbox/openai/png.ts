import { crc32, deflateSync } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export type Size = { readonly width: number; readonly height: number };

/** A real PNG, 8-bit RGB: a soft gradient in two colours that belong to the prompt. */
export function paintGradient({ width, height }: Size, prompt: string): Buffer {
  const [from, to] = coloursOf(prompt);
  const stride = width * 3 + 1;
  const pixels = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const wave = Math.sin((x / width) * 3 + (y / height) * 2) * 0.15;
      const share = Math.min(1, Math.max(0, (x / width + y / height) / 2 + wave));
      const at = y * stride + 1 + x * 3;
      for (let channel = 0; channel < 3; channel++) {
        const [start = 0, end = 0] = [from[channel], to[channel]];
        pixels[at + channel] = Math.round(start + (end - start) * share);
      }
    }
  }
  return Buffer.concat([
    signature,
    chunk('IHDR', header({ width, height })),
    chunk('IDAT', deflateSync(pixels, { level: 3 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Reads the size from the header; `undefined` when the bytes are not a PNG. */
export function pngSize(bytes: Buffer): Size | undefined {
  if (bytes.length < 24 || !bytes.subarray(0, 8).equals(signature)) return undefined;
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** True for the formats that an edit takes, told by their first bytes and never by their name. */
export function isImage(bytes: Buffer): boolean {
  const jpeg = bytes[0] === 0xff && bytes[1] === 0xd8;
  const webp =
    bytes.subarray(0, 4).toString('latin1') === 'RIFF' && bytes.subarray(8, 12).toString('latin1') === 'WEBP';
  return jpeg || webp || pngSize(bytes) !== undefined;
}

function header({ width, height }: Size): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data[8] = 8;
  data[9] = 2;
  return data;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

function coloursOf(prompt: string): [number[], number[]] {
  const hue = crc32(Buffer.from(prompt)) % 360;
  return [colour(hue), colour((hue + 40) % 360)];
}

function colour(hue: number): number[] {
  return [0, 8, 4].map((offset) => {
    const k = (offset + hue / 30) % 12;
    return Math.round(255 * (0.6 - 0.28 * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  });
}
