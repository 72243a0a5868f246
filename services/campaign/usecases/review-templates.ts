import { DomainError } from '@doffers/errors';
import { nameAtProvider, providerName, stateOf } from '../domain/template.ts';
import type { Deps } from './deps.ts';

/** The provider tells its judgement by itself; this is how long one that was lost may stay unknown. */
const askAgainMs = 60_000;
const atOnce = 20;

type ReviewDeps = Pick<Deps, 'templates' | 'templateProvider' | 'now'>;

/** Notes how the provider judges a template. A name that is none of ours changes nothing. */
export async function recordTemplateStatus(
  { templates }: Pick<Deps, 'templates'>,
  judged: { readonly name: string; readonly language: string; readonly status: string; readonly reason: string },
): Promise<void> {
  const state = stateOf(judged.status);
  if (state === undefined) return;
  await templates.judge(
    { ...nameAtProvider(judged.name), language: judged.language },
    { state, reason: judged.reason },
  );
}

/**
 * Submits what is not submitted yet, and asks about what has waited long. Both may be done twice. A provider that is away
 * is asked the next time. Answers how many templates were looked at.
 */
export async function reviewTemplates(deps: ReviewDeps): Promise<number> {
  const { templates, templateProvider, now } = deps;
  const due = await templates.listForReview(new Date(now().getTime() - askAgainMs), atOnce);
  for (const { id, submitted, ...template } of due) {
    const name = providerName(template);
    const { language, body, examples, state: seen } = template;
    try {
      const { status, reason } = submitted
        ? await templateProvider.status(name, language)
        : await templateProvider.submit({ name, language, body, examples });
      await templates.reviewed(id, { seen, state: stateOf(status) ?? seen, reason, at: now() });
    } catch (error) {
      if (!(error instanceof DomainError && error.reason === 'TEMPLATE_REFUSED')) throw error;
      await templates.reviewed(id, { seen, state: 'rejected', reason: error.message, at: now() });
    }
  }
  return due.length;
}
