import { isRecord } from '../http/incoming.ts';
import type { Reply } from '../http/reply.ts';
import { invalidParameter, unknownModel } from './errors.ts';
import { isModerationModel } from './models.ts';

/** Words by which this world recognises what a real classifier understands; enough to see both answers. */
const signs: Readonly<Record<string, RegExp>> = {
  harassment: /\b(idiots?|bewakoof|kamine)\b|कमीने/i,
  'harassment/threatening': /\b(we will hurt you|dekh lenge tumhe)\b/i,
  hate: /\bhate (those|these|all) people\b/i,
  'hate/threatening': /\b(exterminate|wipe out) (them|those people)\b/i,
  illicit: /\b(fake (currency|notes)|stolen goods|ganja|cocaine)\b|चोरी का माल/i,
  'illicit/violent': /\b(buy|sell) (guns|bombs)\b/i,
  'self-harm': /\b(suicide|self-harm)\b|आत्महत्या/i,
  'self-harm/intent': /\bi want to die\b/i,
  'self-harm/instructions': /\bhow to kill myself\b/i,
  sexual: /\b(porn|nude|escort service)\b/i,
  'sexual/minors': /\bchild porn\b/i,
  violence: /\b(kill|murder|shoot) (him|her|them|people)\b|जान से मार/i,
  'violence/graphic': /\b(gore|beheading)\b/i,
};

export type ModerationResult = {
  readonly flagged: boolean;
  readonly categories: Record<string, boolean>;
  readonly category_scores: Record<string, number>;
  readonly category_applied_input_types: Record<string, string[]>;
};

export function moderateText(text: string, inputType: 'text' | 'image' = 'text'): ModerationResult {
  const hits = Object.entries(signs).map(([category, sign]) => [category, sign.test(text)] as const);
  return {
    flagged: hits.some(([, hit]) => hit),
    categories: Object.fromEntries(hits),
    category_scores: Object.fromEntries(hits.map(([category, hit]) => [category, hit ? 0.98 : 0.0001])),
    category_applied_input_types: Object.fromEntries(hits.map(([category]) => [category, [inputType]])),
  };
}

/** `POST /v1/moderations`, for a text, a list of texts, or texts and images. */
export function createModeration(body: Record<string, unknown>): Reply {
  const model = body.model ?? 'omni-moderation-latest';
  if (!isModerationModel(model)) return unknownModel(model);
  const results = resultsOf(body.input);
  if (!results)
    return invalidParameter('input', "'input' must be a text, or a list of texts, or of text and image parts");
  return { status: 200, body: { id: `modr-${Date.now().toString(36)}`, model, results } };
}

function resultsOf(input: unknown): ModerationResult[] | undefined {
  if (typeof input === 'string') return [moderateText(input)];
  if (!Array.isArray(input) || input.length === 0) return undefined;
  if (input.every((item) => typeof item === 'string')) return input.map((text) => moderateText(text));
  if (!input.every(isRecord)) return undefined;
  const image = input.some((part) => part.type === 'image_url');
  // An image's address is all there is to see here; a test writes the sign into it.
  const seen = input
    .map((part) => String(part.text ?? (isRecord(part.image_url) ? part.image_url.url : '')))
    .join('\n');
  return [moderateText(seen, image ? 'image' : 'text')];
}
