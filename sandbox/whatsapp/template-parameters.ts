import { asText, isRecord } from '../http/incoming.ts';
import { variablesOf } from './template-lint.ts';
import type { Template } from './templates.ts';

export type Refusal = { readonly code: number; readonly details: string };
export type Rendered = { readonly text: string };

const maxBodyCharacters = 1024;
const authenticationBody = '{{1}} is your verification code.';

/** Puts the parameters of a message into its template, or says which error the Cloud API answers. */
export function renderTemplate(template: Template, components: unknown): Rendered | Refusal {
  if (components !== undefined && !Array.isArray(components)) return refusal(100, 'template.components must be a list');
  const given = Array.isArray(components) ? components : [];
  const unknown = given.find(
    (part) => !isRecord(part) || !['header', 'body', 'button'].includes(String(part.type).toLowerCase()),
  );
  if (unknown !== undefined) return refusal(100, 'Unexpected component type');
  const parts = given.filter(isRecord);
  return checkHeader(template, parts) ?? checkButtons(template, parts) ?? renderBody(template, parts);
}

function checkHeader(template: Template, parts: Record<string, unknown>[]): Refusal | undefined {
  const header = template.components.find((component) => component.type === 'HEADER');
  const parameters = parametersOf(parts.find((part) => typeOf(part) === 'header'));
  if (!header) return parameters.length > 0 ? countMismatch('header', parameters.length, 0) : undefined;
  if (header.format === 'TEXT') {
    const expected = variablesOf(header.text).length;
    if (parameters.length !== expected) return countMismatch('header', parameters.length, expected);
    return parameters.length > 0 ? checkText('header', parameters) : undefined;
  }
  const wanted = header.format.toLowerCase();
  const received = asText(parameters[0]?.type, 'unknown');
  if (received !== wanted) {
    return refusal(132012, `header: Format mismatch, expected ${header.format}, received ${received.toUpperCase()}`);
  }
  return checkMedia(parameters[0]?.[wanted]);
}

function checkMedia(media: unknown): Refusal | undefined {
  if (!isRecord(media) || (typeof media.link !== 'string' && typeof media.id !== 'string')) {
    return refusal(131008, 'header: media needs a link or an id');
  }
  if (typeof media.link === 'string' && !/^https?:\/\/\S+$/.test(media.link)) {
    return refusal(131053, 'header: the media link could not be fetched');
  }
  return undefined;
}

function checkButtons(template: Template, parts: Record<string, unknown>[]): Refusal | undefined {
  const defined = template.components.flatMap((component) => (component.type === 'BUTTONS' ? component.buttons : []));
  const given = parts.filter((part) => typeOf(part) === 'button');
  for (const part of given) {
    const index = Number(part.index);
    if (!defined[index]) return refusal(132000, `buttons: there is no button at index ${String(part.index)}`);
  }
  for (const [index, button] of defined.entries()) {
    const part = given.find((candidate) => Number(candidate.index) === index);
    const needs =
      button.type === 'OTP' || button.type === 'COPY_CODE' || (button.type === 'URL' && button.url.includes('{{'));
    const parameter = parametersOf(part)[0];
    if (needs && !parameter) {
      return refusal(131008, `buttons: Button at index ${index} of type ${button.type} requires a parameter`);
    }
    if (!parameter) continue;
    if (!needs && button.type !== 'QUICK_REPLY') return countMismatch('buttons', 1, 0);
    const expected = button.type === 'QUICK_REPLY' ? 'payload' : button.type === 'COPY_CODE' ? 'coupon_code' : 'text';
    if (parameter.type !== expected) {
      return refusal(132012, `buttons: Format mismatch at index ${index}, expected ${expected}`);
    }
  }
  return undefined;
}

function renderBody(template: Template, parts: Record<string, unknown>[]): Rendered | Refusal {
  const component = template.components.find((candidate) => candidate.type === 'BODY');
  const text = template.category === 'AUTHENTICATION' ? authenticationBody : (component?.text ?? '');
  const variables = variablesOf(text);
  const parameters = parametersOf(parts.find((part) => typeOf(part) === 'body'));
  if (parameters.length !== variables.length) return countMismatch('body', parameters.length, variables.length);
  const wrong = checkText('body', parameters);
  if (wrong) return wrong;
  const values = new Map<string, string>();
  for (const [index, parameter] of parameters.entries()) {
    const name = template.parameter_format === 'NAMED' ? String(parameter.parameter_name) : String(index + 1);
    values.set(name, String(parameter.text));
  }
  const missing = variables.find((name) => !values.has(name));
  if (missing !== undefined) return refusal(132000, `body: no value for {{${missing}}}`);
  const rendered = text.replace(/\{\{\s*([a-z0-9_]+)\s*\}\}/g, (_all, name: string) => values.get(name) ?? '');
  const length = Array.from(rendered).length;
  if (length > maxBodyCharacters) {
    return refusal(132005, `body: the text has ${length} characters, ${maxBodyCharacters} are allowed`);
  }
  return { text: rendered };
}

function checkText(where: string, parameters: readonly Record<string, unknown>[]): Refusal | undefined {
  for (const [index, parameter] of parameters.entries()) {
    if (parameter.type !== 'text') {
      return refusal(
        132012,
        `${where}: Format mismatch at ${index}, expected TEXT, received ${String(parameter.type)}`,
      );
    }
    if (typeof parameter.text !== 'string' || parameter.text === '') {
      return refusal(131008, `${where}: parameter ${index} needs a text`);
    }
    if (/[\n\t]| {5,}/.test(parameter.text)) {
      return refusal(132007, 'Param text cannot have new-line/tab characters or more than 4 consecutive spaces');
    }
  }
  return undefined;
}

function typeOf(part: Record<string, unknown>): string {
  return String(part.type).toLowerCase();
}

function parametersOf(part: Record<string, unknown> | undefined): Record<string, unknown>[] {
  return Array.isArray(part?.parameters) ? part.parameters.filter(isRecord) : [];
}

function countMismatch(where: string, given: number, expected: number): Refusal {
  return refusal(
    132000,
    `${where}: number of localizable_params (${given}) does not match the expected number of params (${expected})`,
  );
}

function refusal(code: number, details: string): Refusal {
  return { code, details };
}
