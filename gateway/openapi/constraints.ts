import {
  create,
  type DescField,
  type DescMessage,
  type DescOneof,
  getOption,
  hasOption,
  type Message,
} from '@bufbuild/protobuf';
import { type ReflectMessage, reflect } from '@bufbuild/protobuf/reflect';
import { createValidator } from '@bufbuild/protovalidate';
import {
  type FieldRules,
  FieldRulesSchema,
  field as fieldOption,
  Ignore,
  oneof as oneofOption,
} from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';

/** Keywords of JSON Schema. */
export type Schema = { readonly [keyword: string]: unknown };

/** What protovalidate checks about a field, in the words of JSON Schema. */
export type Constraints = {
  readonly schema: Schema;
  /** For the elements of a list. */
  readonly items: Schema;
  /** Numbers of an enum that are refused. */
  readonly refused: readonly number[];
};

const unconstrained: Constraints = { schema: {}, items: {}, refused: [] };

/** @throws Error for a rule without a counterpart here, since the document would then promise too much */
export function constraintsOf(field: DescField): Constraints {
  if (!hasOption(field, fieldOption)) return unconstrained;
  const rules = getOption(field, fieldOption);
  if (rules.ignore === Ignore.ALWAYS) return unconstrained;
  return constraintsIn(rules, field);
}

/** Whether a field is left alone because the service validates what it becomes, such as the body of an Update. */
export function isPartial(field: DescField): boolean {
  return hasOption(field, fieldOption) && getOption(field, fieldOption).ignore === Ignore.ALWAYS;
}

export function isRequiredOneof(oneof: DescOneof): boolean {
  return hasOption(oneof, oneofOption) && getOption(oneof, oneofOption).required;
}

const validator = createValidator();

/** The fields that an empty message is refused for: asked of the validator itself, so that it cannot be wrong. */
export function requiredFields(message: DescMessage): readonly DescField[] {
  const { violations = [] } = validator.validate(message, create(message));
  const paths = violations.map(({ field }) => field).filter((path) => path.length === 1);
  return message.fields.filter((field) =>
    paths.some(([part]) => part?.kind === 'field' && part.number === field.number),
  );
}

const keywords: Readonly<Record<string, string>> = {
  min_len: 'minLength',
  max_len: 'maxLength',
  pattern: 'pattern',
  gte: 'minimum',
  lte: 'maximum',
  gt: 'exclusiveMinimum',
  lt: 'exclusiveMaximum',
  min_items: 'minItems',
  max_items: 'maxItems',
  unique: 'uniqueItems',
};

function constraintsIn(rules: FieldRules, field: DescField): Constraints {
  if (rules.cel.length > 0) throw new Error(`${field.toString()}: a CEL rule cannot be documented`);
  if (rules.type.case === undefined) return unconstrained;
  let found = unconstrained;
  for (const [name, value] of setFields(rules.type.value)) {
    const keyword = keywords[name];
    if (keyword !== undefined) found = { ...found, schema: { ...found.schema, [keyword]: plain(value) } };
    else if (name === 'uuid') found = { ...found, schema: { ...found.schema, format: 'uuid' } };
    else if (name === 'not_in' && rules.type.case === 'enum') found = { ...found, refused: rules.type.value.notIn };
    else if (name === 'items' && rules.type.case === 'repeated' && rules.type.value.items !== undefined) {
      const items = constraintsIn(rules.type.value.items, field);
      found = { ...found, items: items.schema, refused: items.refused };
    } else if (name !== 'defined_only') {
      throw new Error(`${field.toString()}: the rule ${rules.type.case}.${name} has no counterpart in OpenAPI yet`);
    }
  }
  return found;
}

function setFields(message: Message): readonly (readonly [string, unknown])[] {
  const rules: ReflectMessage = reflect(descOf(message), message);
  return rules.fields.filter((field) => rules.isSet(field)).map((field) => [field.name, rules.get(field)]);
}

/** Lengths are uint64, and so are the bounds of an int64; both fit a number. */
function plain(value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}

function descOf({ $typeName }: Message): DescMessage {
  const rules = FieldRulesSchema.oneofs.flatMap(({ fields }) => fields);
  const desc = rules.map(({ message }) => message).find((message) => message?.typeName === $typeName);
  if (desc === undefined) throw new Error(`${$typeName} are no field rules`);
  return desc;
}
