import { z } from 'zod';

const text = (max: number) => z.string().min(1).max(max);

const header = z.discriminatedUnion('format', [
  z.strictObject({
    type: z.literal('HEADER'),
    format: z.literal('TEXT'),
    text: text(60),
    example: z.looseObject({ header_text: z.array(z.string()).optional() }).optional(),
  }),
  z.strictObject({
    type: z.literal('HEADER'),
    format: z.enum(['IMAGE', 'VIDEO', 'DOCUMENT']),
    example: z.looseObject({ header_handle: z.array(z.string()).min(1) }).optional(),
  }),
]);

const body = z.strictObject({
  type: z.literal('BODY'),
  text: text(1024).optional(),
  add_security_recommendation: z.boolean().optional(),
  example: z
    .looseObject({
      body_text: z.array(z.array(z.string())).optional(),
      body_text_named_params: z.array(z.looseObject({ param_name: z.string(), example: z.string() })).optional(),
    })
    .optional(),
});

const footer = z.strictObject({
  type: z.literal('FOOTER'),
  text: text(60).optional(),
  code_expiration_minutes: z.number().int().min(1).max(90).optional(),
});

const button = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('QUICK_REPLY'), text: text(25) }),
  z.strictObject({
    type: z.literal('URL'),
    text: text(25),
    url: z.string().max(2000),
    example: z.array(z.string()).optional(),
  }),
  z.strictObject({ type: z.literal('PHONE_NUMBER'), text: text(25), phone_number: z.string().max(20) }),
  z.strictObject({ type: z.literal('COPY_CODE'), example: z.union([z.string().max(15), z.array(z.string().max(15))]) }),
  z.strictObject({ type: z.literal('OTP'), otp_type: z.literal('COPY_CODE'), text: text(25).optional() }),
]);

const buttons = z.strictObject({ type: z.literal('BUTTONS'), buttons: z.array(button).min(1).max(10) });

export const templateRequestSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9_]{1,512}$/),
  language: z.string().regex(/^[a-z]{2,3}(_[A-Z]{2})?$/),
  category: z.enum(['MARKETING', 'UTILITY', 'AUTHENTICATION']),
  parameter_format: z.enum(['POSITIONAL', 'NAMED']).default('POSITIONAL'),
  allow_category_change: z.boolean().optional(),
  components: z.array(z.union([header, body, footer, buttons])).min(1),
});

export type TemplateRequest = z.infer<typeof templateRequestSchema>;
export type TemplateComponent = TemplateRequest['components'][number];

/** The variables of a text in order of appearance, each once. */
export function variablesOf(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(/\{\{\s*([a-z0-9_]+)\s*\}\}/g), (match) => match[1] ?? ''))];
}

/** What a reviewer's machine refuses at once, in the words of the real one; `undefined` when nothing is wrong. */
export function lintTemplate(request: TemplateRequest): string | undefined {
  const bodies = request.components.filter((component) => component.type === 'BODY');
  if (bodies.length !== 1) return 'A template needs exactly one BODY component.';
  for (const type of ['HEADER', 'FOOTER', 'BUTTONS'] as const) {
    if (request.components.filter((component) => component.type === type).length > 1) return `More than one ${type}.`;
  }
  if (request.category === 'AUTHENTICATION') return lintAuthentication(request);
  const text = bodies[0]?.text;
  if (!text) return 'BODY needs a text.';
  return lintBodyText(text, request) ?? lintExamples(text, request);
}

function lintAuthentication({ components }: TemplateRequest): string | undefined {
  const otp = components.some(
    (component) => component.type === 'BUTTONS' && component.buttons.some((entry) => entry.type === 'OTP'),
  );
  const ownText = components.some((component) => component.type === 'BODY' && component.text !== undefined);
  if (ownText) return 'Authentication templates have a fixed body.';
  return otp ? undefined : 'Authentication templates need an OTP button.';
}

function lintBodyText(text: string, { parameter_format }: TemplateRequest): string | undefined {
  const trimmed = text.trim();
  if (/^\{\{[^}]*\}\}/.test(trimmed) || /\{\{[^}]*\}\}$/.test(trimmed)) {
    return "Variables can't be at the start or end of the template.";
  }
  if (/\}\}\s*\{\{/.test(text)) return 'Variables must be separated by text.';
  if (/\n{3,}| {5,}|\t/.test(text)) return 'The body has too many new lines, tabs or spaces in a row.';
  const names = variablesOf(text);
  const positional = names.every((name, index) => name === String(index + 1));
  if (parameter_format === 'POSITIONAL' && !positional) return 'Variables must be {{1}}, {{2}} … without gaps.';
  if (parameter_format === 'NAMED' && names.some((name) => /^\d+$/.test(name))) return 'Named variables need names.';
  return undefined;
}

function lintExamples(text: string, { components, parameter_format }: TemplateRequest): string | undefined {
  const expected = variablesOf(text).length;
  const example = components.find((component) => component.type === 'BODY')?.example;
  const given =
    parameter_format === 'NAMED' ? example?.body_text_named_params?.length : example?.body_text?.[0]?.length;
  return expected === (given ?? 0) ? undefined : 'Every variable of the body needs an example.';
}
