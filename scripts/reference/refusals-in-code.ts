import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A refusal as some line of code makes it. */
export type CodedRefusal = {
  readonly reason: string;
  /** Snake case, as `DomainError` names the gRPC statuses. */
  readonly code: string;
  /** What a person reads; `…` stands for what the moment fills in. Empty where only the moment knows it. */
  readonly message: string;
};

const codes = [
  'invalid_argument',
  'failed_precondition',
  'out_of_range',
  'unauthenticated',
  'permission_denied',
  'not_found',
  'already_exists',
  'aborted',
  'resource_exhausted',
  'cancelled',
  'unavailable',
  'deadline_exceeded',
  'unimplemented',
];

const text = String.raw`'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|` + '`(?:[^`\\\\]|\\\\.)*`';
/** Code, reason and message stand side by side wherever a refusal is made; the message may have a name. */
const refusals = new RegExp(
  String.raw`'(${codes.join('|')})',\s*'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)'(?:,\s*(${text}|\w+))?`,
  'g',
);

/** Every refusal that the code of services, workflows and packages can make, in the order of the reasons. */
export async function refusalsInCode(root: string): Promise<readonly CodedRefusal[]> {
  const files = globSync('{packages,services,workflows}/**/*.ts', {
    cwd: root,
    exclude: (path) => /node_modules|histories|\/test\/|\/test$|\.i?test\.ts$|packages\/testkit/.test(path),
  });
  const sources = await Promise.all(files.toSorted().map((file) => readFile(join(root, file), 'utf8')));
  return sources.flatMap(refusalsOf).toSorted((a, b) => (a.reason < b.reason ? -1 : 1));
}

export function refusalsOf(source: string): readonly CodedRefusal[] {
  return [...source.matchAll(refusals)].map((match) => {
    const [, code = '', reason = '', message = ''] = match;
    return { code, reason, message: inWords(message, source.slice(0, match.index)) };
  });
}

/** The text itself, or what its name was given last in the same function. */
function inWords(message: string, before: string): string {
  if (/^['"`]/.test(message)) return readable(message);
  if (message === '') return '';
  const here = before.slice(before.lastIndexOf('\n}') + 1);
  const given = [...here.matchAll(new RegExp(String.raw`\b${message} =\s*(${text})`, 'g'))].at(-1);
  return given?.[1] === undefined ? '' : readable(given[1]);
}

function readable(literal: string): string {
  return literal
    .slice(1, -1)
    .replaceAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, '…')
    .replaceAll(/\\(.)/g, '$1');
}
