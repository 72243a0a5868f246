import { DomainError } from '@doffers/errors';
import type { Campaign } from '../domain/campaign.ts';
import { languageOf } from '../domain/message.ts';
import { assertValues } from '../domain/template.ts';
import type { Deps } from './deps.ts';

/**
 * Checks the WhatsApp content of a draft against the template it names. The template need not be approved yet: the quote
 * asks for that.
 *
 * @throws DomainError `TEMPLATE_NOT_FOUND` or `TEMPLATE_VARIABLES`
 */
export async function checkContent(
  { templates }: Pick<Deps, 'templates'>,
  { shopId, channels, content }: Pick<Campaign, 'shopId' | 'channels' | 'content'>,
): Promise<void> {
  if (!channels.includes('whatsapp')) return;
  const template = await templates.find(shopId, content.whatsappTemplate, languageOf(content));
  if (template === undefined) {
    const message = `there is no template ${content.whatsappTemplate} in ${languageOf(content)}; list the templates of the shop`;
    throw new DomainError('failed_precondition', 'TEMPLATE_NOT_FOUND', message, {
      fields: [{ field: 'content.whatsappTemplate', description: message, reason: 'template' }],
    });
  }
  assertValues(template, content.whatsappVariables);
}
