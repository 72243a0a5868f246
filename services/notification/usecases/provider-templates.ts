import { DomainError } from '@doffers/errors';
import type { TemplateOutcome, WhatsAppTemplates } from '../clients/whatsapp-templates.ts';
import type { TemplateStandings } from '../repositories/template-standings.ts';

type Deps = {
  readonly provider: Pick<WhatsAppTemplates, 'create' | 'list'>;
  readonly templates: Pick<TemplateStandings, 'note'>;
  readonly now: () => Date;
};

export type ProviderTemplate = {
  readonly name: string;
  readonly language: string;
  /** WhatsApp's word. */
  readonly status: string;
  /** Why it was rejected; empty otherwise. */
  readonly reason: string;
};

type NewText = {
  readonly name: string;
  readonly language: string;
  readonly body: string;
  readonly examples: readonly string[];
};

/**
 * Submits a text for review. One that WhatsApp has already is answered as it stands: the answer to an earlier call may
 * have been lost.
 *
 * @throws DomainError `TEMPLATE_REFUSED` or `PROVIDER_UNAVAILABLE`
 */
export async function submitTemplate(
  deps: Deps,
  { name, language, body, examples }: NewText,
): Promise<ProviderTemplate> {
  const known = await find(deps, name, language);
  if (known) return known;
  const example = examples.length > 0 ? { example: { body_text: [[...examples]] } } : {};
  const components = [
    { type: 'BODY', text: body, ...example },
    { type: 'FOOTER', text: 'STOP' },
  ];
  const created = valueOf(await deps.provider.create({ name, language, category: 'MARKETING', components }));
  return { name, language, status: created.status, reason: '' };
}

/**
 * Asks WhatsApp how a template stands, and keeps it for what is sent.
 *
 * @throws DomainError `TEMPLATE_NOT_FOUND` or `PROVIDER_UNAVAILABLE`
 */
export async function readTemplateStatus(deps: Deps, name: string, language: string): Promise<ProviderTemplate> {
  const known = await find(deps, name, language);
  if (!known) throw new DomainError('not_found', 'TEMPLATE_NOT_FOUND', 'WhatsApp has no such template');
  await deps.templates.note({ ...known, at: deps.now() });
  return known;
}

async function find({ provider }: Deps, name: string, language: string): Promise<ProviderTemplate | undefined> {
  const stored = valueOf(await provider.list({ name }));
  const found = stored.find((one) => one.name === name && one.language === language);
  if (!found) return undefined;
  const { status, rejected_reason: reason } = found;
  return { name, language, status, reason: status === 'REJECTED' ? (reason ?? '') : '' };
}

function valueOf<T>(outcome: TemplateOutcome<T>): T {
  switch (outcome.kind) {
    case 'ok':
      return outcome.value;
    case 'refused':
      throw new DomainError('failed_precondition', 'TEMPLATE_REFUSED', outcome.details, {
        info: { code: String(outcome.code) },
      });
    case 'unavailable': {
      const message = 'WhatsApp does not answer right now; try again in a moment';
      throw new DomainError('unavailable', 'PROVIDER_UNAVAILABLE', message, { retryAfterSeconds: 10 });
    }
  }
}
