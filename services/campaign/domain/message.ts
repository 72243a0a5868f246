import type { Campaign } from './campaign.ts';
import { defaultLanguage, providerName, type Template } from './template.ts';

/** What goes out, as the notification service is told. */
export type Message = {
  readonly title: string;
  readonly body: string;
  /** Where a tap leads. */
  readonly link: string;
  readonly whatsappTemplate: string;
  readonly whatsappLanguage: string;
  readonly whatsappVariables: readonly string[];
};

/** @param template the one that the content names, when WhatsApp is among the channels */
export function messageOf(
  { content, offerId }: Pick<Campaign, 'content' | 'offerId'>,
  template: Template | undefined,
): Message {
  const whatsappTemplate = template === undefined ? '' : providerName(template);
  return { ...content, whatsappTemplate, whatsappLanguage: languageOf(content), link: `offers/${offerId}` };
}

export function languageOf({ whatsappLanguage }: Campaign['content']): string {
  return whatsappLanguage === '' ? defaultLanguage : whatsappLanguage;
}
