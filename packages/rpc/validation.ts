import { create, type DescMessage, type MessageShape } from '@bufbuild/protobuf';
import type { Path } from '@bufbuild/protobuf/reflect';
import { createValidator, type Violation } from '@bufbuild/protovalidate';
import { DomainError } from '@doffers/errors';
import { wordsOfPattern } from './pattern-words.ts';

const validator = createValidator();

/**
 * Checks a message against the rules in its proto. The server does it with every request; a handler of an Update
 * method does it again with the merged resource.
 * @throws DomainError VALIDATION, with all violations at once and paths as a JSON client writes them
 */
export function validateMessage<D extends DescMessage>(schema: D, message: MessageShape<D>): void {
  const result = validator.validate(schema, message);
  if (result.kind === 'error') throw result.error; // a rule that does not compile is a bug
  if (result.kind === 'invalid') {
    throw new DomainError('invalid_argument', 'VALIDATION', summary(result.violations), {
      fields: result.violations.map(toFieldViolation),
    });
  }
}

/**
 * Compiles the rules of a message, which is otherwise done by its first request: that one then is as fast as the next.
 * @throws Error when a rule does not compile, so that a server with such a rule does not start
 */
export function compileRules(schema: DescMessage): void {
  const { kind, error } = validator.validate(schema, create(schema));
  if (kind === 'error') throw new Error(`the rules of ${schema.typeName} do not compile`, { cause: error });
}

function summary(violations: readonly Violation[]): string {
  const fields = [...new Set(violations.map(({ field }) => jsonPath(field)))].filter((path) => path !== '');
  if (fields.length > 0) return `check ${fields.join(', ')}`;
  return violations.map(inWords).join('; '); // rules over the whole message name their fields in words
}

function toFieldViolation(violation: Violation) {
  return { field: jsonPath(violation.field), description: inWords(violation), reason: violation.ruleId };
}

function inWords({ message, ruleId }: Violation): string {
  const pattern = ruleId === 'string.pattern' ? /`(.*)`$/s.exec(message)?.[1] : undefined;
  return (pattern !== undefined && wordsOfPattern.get(pattern)) || message;
}

/** Writes a path such as `offer.pincodes[1]`. */
export function jsonPath(path: Path): string {
  return path.reduce((text, step) => {
    switch (step.kind) {
      case 'field':
        return join(text, step.jsonName);
      case 'oneof':
        return join(text, step.localName);
      case 'extension':
        return join(text, `[${step.typeName}]`);
      case 'list_sub':
        return `${text}[${step.index}]`;
      case 'map_sub':
        return `${text}[${JSON.stringify(typeof step.key === 'bigint' ? String(step.key) : step.key)}]`;
    }
  }, '');
}

function join(parent: string, name: string): string {
  return parent === '' ? name : `${parent}.${name}`;
}
