import { DomainError } from '@doffers/errors';

export const templateStates = ['approved', 'pending', 'rejected'] as const;
export type TemplateState = (typeof templateStates)[number];

/** A WhatsApp template: a text with numbered variables that the provider approves. */
export type Template = {
  readonly id: string;
  /** Undefined for a template of the platform, which every shop may use. */
  readonly shopId: string | undefined;
  readonly name: string;
  readonly language: string;
  readonly body: string;
  readonly variableCount: number;
  readonly state: TemplateState;
  readonly createdAt: Date;
};

export type NewTemplate = Pick<Template, 'name' | 'language' | 'body'> & {
  readonly shopId: string;
  readonly requestId: string;
};

export const defaultLanguage = 'en';

const variable = /\{\{\s*(\d+)\s*\}\}/g;

/** How many variables a text has, each counted once. */
export function variableCount(body: string): number {
  return new Set(Array.from(body.matchAll(variable), ([, number]) => number)).size;
}

/**
 * Checks a text by the rules that the provider applies at once, so that nobody waits a day for a refusal.
 *
 * @throws DomainError `TEMPLATE_INVALID`
 */
export function lintTemplate(body: string): void {
  const problem = problemOf(body);
  if (problem === undefined) return;
  throw new DomainError('invalid_argument', 'TEMPLATE_INVALID', problem, {
    fields: [{ field: 'body', description: problem, reason: 'template' }],
  });
}

function problemOf(body: string): string | undefined {
  const text = body.trim();
  if (text === '') return 'a template needs a text';
  if (/[{}]/.test(text.replaceAll(variable, ''))) return 'braces are for variables: {{1}}, {{2}} and so on';
  if (/^\{\{[^}]*\}\}|\{\{[^}]*\}\}$/.test(text)) return 'a variable cannot be at the start or the end of the text';
  if (/\}\}\s*\{\{/.test(text)) return 'two variables need text between them';
  if (/\n{3,}| {5,}|\t/.test(text)) return 'the text has too many line breaks or spaces in a row, or a tab';
  const firstSeen = [...new Set(Array.from(text.matchAll(variable), ([, number]) => Number(number)))];
  const inOrder = firstSeen.every((number, index) => number === index + 1);
  return inOrder ? undefined : 'variables are numbered from {{1}} on, in their order and without a gap';
}

/**
 * Checks that a campaign may send a template with these values: a mismatch would fail every single message.
 *
 * @throws DomainError `TEMPLATE_NOT_APPROVED` or `TEMPLATE_VARIABLES`
 */
export function assertSendable(template: Template | undefined, values: readonly string[]): asserts template {
  if (template?.state !== 'approved') {
    const message = 'choose a WhatsApp template that is approved in this language';
    throw new DomainError('failed_precondition', 'TEMPLATE_NOT_APPROVED', message);
  }
  const { variableCount: wanted } = template;
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
