import { asText, isRecord } from '../http/incoming.ts';
import { type Refusal, renderTemplate } from './template-parameters.ts';
import type { TemplateRegistry } from './templates.ts';

export type CheckedMessage = {
  readonly phone: string;
  readonly delivery: string;
  readonly category: 'marketing' | 'utility' | 'authentication' | 'service';
  readonly text: string;
};

export type CheckContext = {
  readonly templates: TemplateRegistry;
  /** True while the person has written to us in the last 24 hours. */
  readonly windowIsOpen: (phone: string) => boolean;
};

const messageKeys = new Set([
  'messaging_product',
  'recipient_type',
  'to',
  'type',
  'template',
  'text',
  'context',
  'biz_opaque_callback_data',
]);
const templateKeys = new Set(['name', 'language', 'components']);

/** Digits only, as every answer and webhook names a person. */
export function phoneOf(message: Record<string, unknown>): string | undefined {
  const to = typeof message.to === 'string' ? message.to.replace(/^\+/, '') : '';
  return /^[1-9]\d{7,14}$/.test(to) ? to : undefined;
}

/** Everything the Cloud API checks about a message before it takes it. */
export function checkMessage(message: Record<string, unknown>, context: CheckContext): CheckedMessage | Refusal {
  const unexpected = Object.keys(message).find((key) => !messageKeys.has(key));
  if (unexpected) return { code: 100, details: `Unexpected key "${unexpected}" on param "message"` };
  if (message.messaging_product !== 'whatsapp') return { code: 100, details: 'messaging_product must be whatsapp' };
  if (message.recipient_type !== undefined && message.recipient_type !== 'individual') {
    return { code: 100, details: 'recipient_type must be individual' };
  }
  if (message.to === undefined) return { code: 131008, details: 'Parameter to is required' };
  const phone = phoneOf(message);
  if (!phone) return { code: 131009, details: 'Parameter to is not a phone number' };
  const delivery = message.biz_opaque_callback_data ?? '';
  if (typeof delivery !== 'string' || delivery.length > 512) {
    return { code: 131009, details: 'biz_opaque_callback_data must be a text of at most 512 characters' };
  }
  if (message.type === 'template') return checkTemplate(message.template, { phone, delivery }, context);
  if (message.type === 'text' || message.type === undefined)
    return checkText(message.text, { phone, delivery }, context);
  return { code: 131051, details: `Message type ${asText(message.type)} is not supported` };
}

type Envelope = { readonly phone: string; readonly delivery: string };

function checkTemplate(value: unknown, envelope: Envelope, { templates }: CheckContext): CheckedMessage | Refusal {
  if (!isRecord(value)) return { code: 131008, details: 'Parameter template is required' };
  const unexpected = Object.keys(value).find((key) => !templateKeys.has(key));
  if (unexpected) return { code: 100, details: `Unexpected key "${unexpected}" on param "template"` };
  const { name, language, components } = value;
  const code = isRecord(language) ? language.code : undefined;
  if (typeof name !== 'string' || typeof code !== 'string') {
    return { code: 131008, details: 'template.name and template.language.code are required' };
  }
  const template = templates.find(name, code);
  if (!template || template.status === 'PENDING' || template.status === 'REJECTED') {
    return { code: 132001, details: `template name (${name}) does not exist in ${code}` };
  }
  if (template.status === 'PAUSED') return { code: 132015, details: `template (${name}) is paused` };
  if (template.status === 'DISABLED') return { code: 132016, details: `template (${name}) is disabled` };
  const rendered = renderTemplate(template, components);
  if ('code' in rendered) return rendered;
  const category = template.category.toLowerCase() as Lowercase<typeof template.category>;
  return { ...envelope, category, text: rendered.text };
}

function checkText(value: unknown, envelope: Envelope, { windowIsOpen }: CheckContext): CheckedMessage | Refusal {
  const body = isRecord(value) ? value.body : undefined;
  if (typeof body !== 'string' || body === '') return { code: 131008, details: 'Parameter text.body is required' };
  if (body.length > 4096) return { code: 131009, details: 'text.body has more than 4096 characters' };
  if (!windowIsOpen(envelope.phone)) {
    return { code: 131047, details: 'More than 24 hours have passed since the customer last replied to this number' };
  }
  return { ...envelope, category: 'service', text: body };
}
