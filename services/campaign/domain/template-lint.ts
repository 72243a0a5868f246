import { DomainError } from '@doffers/errors';
import type { NewTemplate } from './template.ts';

/** The languages that the platform speaks and WhatsApp has. */
const languages: ReadonlySet<string> = new Set([
  'en',
  'en_US',
  'en_GB',
  'hi',
  'ta',
  'te',
  'bn',
  'mr',
  'gu',
  'kn',
  'ml',
  'pa',
  'ur',
]);

const variable = /\{\{\s*(\d+)\s*\}\}/g;
const anyVariable = /\{\{\s*([^{}]*?)\s*\}\}/g;
const mostVariables = 20;
/** The review calls a text with little around its variables spam. */
const lettersPerVariable = 4;

/** How many variables a text has, each counted once. */
export function variableCount(body: string): number {
  return new Set(Array.from(body.matchAll(variable), ([, number]) => number)).size;
}

type Lintable = Pick<NewTemplate, 'language' | 'body' | 'examples' | 'category'>;

/**
 * Checks a template by the rules that the provider applies at once, so that nobody waits a day for a refusal.
 *
 * @throws DomainError `TEMPLATE_VARIABLE_UNKNOWN`, naming the variable, or `TEMPLATE_INVALID`, naming the field
 */
export function lintTemplate({ language, body, examples, category }: Lintable): void {
  if (category !== 'marketing') throw invalid('category', 'campaigns are promotions: choose MARKETING');
  if (!languages.has(language)) throw invalid('language', `choose one of ${[...languages].join(', ')}`);
  const stranger = Array.from(body.matchAll(anyVariable), ([, name = '']) => name).find((name) => !/^\d+$/.test(name));
  if (stranger !== undefined) throw variableUnknown(stranger);
  const problem = problemOf(body);
  if (problem !== undefined) throw invalid('body', problem);
  const wanted = variableCount(body);
  if (examples.length !== wanted) {
    throw invalid('examples', `give one example for each of the ${wanted} variables, not ${examples.length}`);
  }
}

function problemOf(body: string): string | undefined {
  const text = body.trim();
  if (text === '') return 'a template needs a text';
  const words = text.replaceAll(variable, '');
  if (/[{}]/.test(words)) return 'braces are for variables: {{1}}, {{2}} and so on';
  if (/^\{\{[^}]*\}\}|\{\{[^}]*\}\}$/.test(text)) return 'a variable cannot be at the start or the end of the text';
  if (/\}\}\s*\{\{/.test(text)) return 'two variables need text between them';
  if (/\n{3,}| {5,}|\t/.test(text)) return 'the text has too many line breaks or spaces in a row, or a tab';
  const firstSeen = [...new Set(Array.from(text.matchAll(variable), ([, number]) => Number(number)))];
  if (!firstSeen.every((number, index) => number === index + 1))
    return 'variables are numbered from {{1}} on, in their order and without a gap';
  if (firstSeen.length > mostVariables) return `a text has at most ${mostVariables} variables`;
  const letters = Array.from(words.matchAll(/[\p{L}\p{M}\p{N}]/gu)).length;
  if (letters < firstSeen.length * lettersPerVariable) return 'the text is too short for so many variables';
  return undefined;
}

function invalid(field: string, problem: string): DomainError {
  return new DomainError('invalid_argument', 'TEMPLATE_INVALID', problem, {
    fields: [{ field, description: problem, reason: 'template' }],
  });
}

function variableUnknown(name: string): DomainError {
  const message = `there is no variable {{${name}}}: number them {{1}}, {{2}} and so on, and give their values with the campaign`;
  return new DomainError('invalid_argument', 'TEMPLATE_VARIABLE_UNKNOWN', message, {
    info: { variable: name },
    fields: [{ field: 'body', description: message, reason: 'template' }],
  });
}
