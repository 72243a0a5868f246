import type { Campaign } from './campaign.ts';
import { defaultLanguage } from './template.ts';

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

export function messageOf({ content, offerId }: Pick<Campaign, 'content' | 'offerId'>): Message {
  return { ...content, whatsappLanguage: languageOf(content), link: `offers/${offerId}` };
}

export function languageOf({ whatsappLanguage }: Campaign['content']): string {
  return whatsappLanguage === '' ? defaultLanguage : whatsappLanguage;
}
