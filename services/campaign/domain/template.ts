import { DomainError } from '@doffers/errors';

/** Paused comes back by itself, disabled never does. */
export const templateStates = ['approved', 'pending', 'rejected', 'paused', 'disabled'] as const;
export type TemplateState = (typeof templateStates)[number];

export type TemplateCategory = 'marketing' | 'utility' | 'authentication';

/** A WhatsApp template: a text with numbered variables that the provider approves. */
export type Template = {
  readonly id: string;
  /** Undefined for a template of the platform, which every shop may use. */
  readonly shopId: string | undefined;
  readonly name: string;
  readonly language: string;
  readonly category: TemplateCategory;
  readonly body: string;
  readonly variableCount: number;
  /** What the reviewer reads for the variables. */
  readonly examples: readonly string[];
  readonly state: TemplateState;
  /** The provider's words; empty unless rejected. */
  readonly rejectionReason: string;
  readonly createdAt: Date;
};

export type NewTemplate = Pick<Template, 'name' | 'language' | 'category' | 'body' | 'examples'> & {
  readonly shopId: string;
  readonly requestId: string;
};

export const defaultLanguage = 'en';

/** What a template is called at the provider. All shops share one account there, so a shop's names carry the shop. */
export function providerName({ shopId, name }: Pick<Template, 'shopId' | 'name'>): string {
  return shopId === undefined ? name : `s${shopId.replaceAll('-', '')}_${name}`;
}

const shopsName = /^s([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})_(.+)$/;

/** Whose template a provider's name is. */
export function nameAtProvider(text: string): Pick<Template, 'shopId' | 'name'> {
  const [, ...parts] = shopsName.exec(text) ?? [];
  const name = parts.pop();
  return name === undefined ? { shopId: undefined, name: text } : { shopId: parts.join('-'), name };
}

const judgements: Readonly<Record<string, TemplateState>> = {
  APPROVED: 'approved',
  PENDING: 'pending',
  REJECTED: 'rejected',
  PAUSED: 'paused',
  DISABLED: 'disabled',
  DELETED: 'disabled',
};

/** What the provider's word means; undefined for one that changes nothing, such as an appeal. */
export function stateOf(status: string): TemplateState | undefined {
  return judgements[status];
}

/**
 * Checks that a campaign may send a template with these values: a mismatch would fail every single message.
 *
 * @throws DomainError `TEMPLATE_NOT_APPROVED` or `TEMPLATE_VARIABLES`
 */
export function assertSendable(template: Template | undefined, values: readonly string[]): asserts template {
  if (template?.state !== 'approved') {
    const message = 'choose a WhatsApp template that is approved in this language';
    throw new DomainError('failed_precondition', 'TEMPLATE_NOT_APPROVED', message, {
      info: { state: template?.state.toUpperCase() ?? 'NONE' },
    });
  }
  assertValues(template, values);
}

/** @throws DomainError `TEMPLATE_VARIABLES` */
export function assertValues({ variableCount: wanted }: Template, values: readonly string[]): void {
  if (values.length !== wanted) throw variables(`this template needs ${wanted} values, not ${values.length}`);
  const bad = values.findIndex((value) => value.trim() === '' || /[\n\t]| {5,}/.test(value));
  if (bad !== -1) throw variables(`value ${bad + 1} is empty, or has a line break, a tab or too many spaces`);
}

function variables(message: string): DomainError {
  return new DomainError('failed_precondition', 'TEMPLATE_VARIABLES', message, {
    fields: [{ field: 'content.whatsappVariables', description: message, reason: 'template' }],
  });
}

export function templateExists(): DomainError {
  const message = 'there is a template of this name and language, or the platform has one of this name';
  return new DomainError('already_exists', 'TEMPLATE_EXISTS', message);
}
