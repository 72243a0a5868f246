import type { Incoming } from '../http/incoming.ts';
import { asText } from '../http/incoming.ts';
import type { Reply } from '../http/reply.ts';
import { invalidParameter, openAiError, unknownModel } from './errors.ts';
import { isImageModel } from './models.ts';
import { isImage, paintGradient, pngSize, type Size } from './png.ts';

type ImageRequest = {
  readonly model: unknown;
  readonly prompt: unknown;
  readonly size: unknown;
  readonly n: unknown;
  readonly output_format: unknown;
  readonly quality: unknown;
};

const megabyte = 1024 * 1024;

/** `POST /v1/images/generations` */
export function generateImages(body: Record<string, unknown>): Reply {
  return paint({
    model: body.model,
    prompt: body.prompt,
    size: body.size,
    n: body.n,
    output_format: body.output_format,
    quality: body.quality,
  });
}

/** `POST /v1/images/edits`, a multipart form with 1 to 16 images and perhaps a mask. */
export async function editImages({ request, body }: Incoming): Promise<Reply> {
  const form = await readForm(body, request.headers['content-type'] ?? '');
  if (!form) return openAiError(400, 'The request must be multipart/form-data.');
  const images = [...form.getAll('image'), ...form.getAll('image[]')].filter((entry) => entry instanceof File);
  if (images.length < 1 || images.length > 16)
    return invalidParameter('image', 'Between 1 and 16 images are required.');
  const bytes = await Promise.all(images.map(async (image) => Buffer.from(await image.arrayBuffer())));
  if (bytes.some((image) => image.length > 50 * megabyte))
    return invalidParameter('image', 'An image is larger than 50 MB.');
  if (bytes.some((image) => !isImage(image))) {
    return openAiError(400, 'Invalid image file or mode, please check your image file.', {
      param: 'image',
      code: 'invalid_image_file',
    });
  }
  const mask = form.get('mask');
  const wrongMask = mask instanceof File ? checkMask(Buffer.from(await mask.arrayBuffer()), bytes[0]) : undefined;
  if (wrongMask) return wrongMask;
  const field = (name: string) => form.get(name) ?? undefined;
  return paint({
    model: field('model'),
    prompt: field('prompt'),
    size: field('size'),
    n: field('n'),
    output_format: field('output_format'),
    quality: field('quality'),
  });
}

function checkMask(mask: Buffer, image: Buffer | undefined): Reply | undefined {
  const size = pngSize(mask);
  if (!size || mask.length > 4 * megabyte) return invalidParameter('mask', 'The mask must be a PNG smaller than 4 MB.');
  const imageSize = image && pngSize(image);
  if (imageSize && (imageSize.width !== size.width || imageSize.height !== size.height)) {
    return invalidParameter('mask', 'The mask must have the size of the image.');
  }
  return undefined;
}

async function readForm(body: Buffer, contentType: string): Promise<FormData | undefined> {
  if (!contentType.startsWith('multipart/form-data')) return undefined;
  try {
    return await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
  } catch {
    return undefined;
  }
}

function paint(request: ImageRequest): Reply {
  if (!isImageModel(request.model)) return unknownModel(request.model);
  const { prompt } = request;
  if (typeof prompt !== 'string' || prompt === '' || prompt.length > 32_000) {
    return invalidParameter('prompt', 'The prompt must have 1 to 32000 characters.');
  }
  const size = sizeOf(request.size);
  if (!size)
    return invalidParameter(
      'size',
      `Invalid size '${String(request.size)}': sides are multiples of 16, at most 3840x2160, 1:3 to 3:1.`,
    );
  const count = Number(request.n ?? 1);
  if (!Number.isInteger(count) || count < 1 || count > 10) return invalidParameter('n', 'n must be 1 to 10.');
  const format = request.output_format ?? 'png';
  if (format !== 'png') return invalidParameter('output_format', 'This sandbox paints png only.');
  const quality = request.quality ?? 'auto';
  if (!['auto', 'low', 'medium', 'high'].includes(asText(quality)))
    return invalidParameter('quality', 'Unknown quality.');
  const outputTokens = Math.ceil((size.width * size.height) / 1024) * count;
  const inputTokens = Math.ceil(prompt.length / 4);
  return {
    status: 200,
    body: {
      created: Math.floor(Date.now() / 1000),
      background: 'opaque',
      output_format: 'png',
      quality: quality === 'auto' ? 'medium' : quality,
      size: `${size.width}x${size.height}`,
      data: Array.from({ length: count }, (_, index) => ({
        b64_json: paintGradient(size, `${prompt}#${index}`).toString('base64'),
      })),
      usage: {
        input_tokens: inputTokens,
        input_tokens_details: { image_tokens: 0, text_tokens: inputTokens },
        output_tokens: outputTokens,
        total_tokens: inputTokens + outputTokens,
      },
    },
  };
}

function sizeOf(value: unknown): Size | undefined {
  if (value === undefined || value === 'auto') return { width: 1024, height: 1024 };
  const match = typeof value === 'string' ? /^(\d{2,4})x(\d{2,4})$/.exec(value) : null;
  if (!match) return undefined;
  const [width, height] = [Number(match[1]), Number(match[2])];
  const fits = width % 16 === 0 && height % 16 === 0 && width * height <= 3840 * 2160 && width * height >= 256 * 256;
  return fits && width <= height * 3 && height <= width * 3 ? { width, height } : undefined;
}
