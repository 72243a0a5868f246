import { type DescEnum, type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { commentOf } from './comments.ts';
import { constraintsOf, isRequiredOneof, requiredFields, type Schema } from './constraints.ts';

/** What a schema is for: an answer lists every field that is always printed, a request refuses fields it has not. */
export type Use = 'request' | 'answer' | 'both';

export type Schemas = {
  /** A reference to the schema of a message or enum, which is added to the components. */
  refer(type: DescMessage | DescEnum): Schema;
  /** The schema of a message as a request's body, without the fields that travel in its path. */
  body(message: DescMessage, options: { without: readonly DescField[]; partial: boolean }): Schema;
  /** The schema of one field's value. */
  value(field: DescField): Schema;
  components(): Readonly<Record<string, Schema>>;
};

/** `doffers.user.v1.Shop.Approval` is known as `user.v1.Shop.Approval`. */
function schemaName({ typeName }: DescMessage | DescEnum): string {
  return typeName.replace(/^doffers\./, '');
}

/** Collects the schemas of a document; `useOf` tells where a message appears. */
export function createSchemas(useOf: (message: DescMessage) => Use): Schemas {
  const found = new Map<string, Schema>();
  const schemas: Schemas = { refer, body, value, components };
  return schemas;

  function refer(type: DescMessage | DescEnum): Schema {
    const wellKnown = type.kind === 'message' ? wellKnownTypes[type.typeName] : undefined;
    if (wellKnown !== undefined) return wellKnown;
    return define(schemaName(type), () =>
      type.kind === 'enum' ? enumSchema(type, []) : messageSchema(type, type.fields, useOf(type)),
    );
  }

  function body(
    message: DescMessage,
    { without, partial }: { without: readonly DescField[]; partial: boolean },
  ): Schema {
    if (without.length === 0 && !partial) return refer(message);
    const fields = message.fields.filter((field) => !without.includes(field));
    if (!partial) return define(schemaName(message), () => messageSchema(message, fields, 'request'));
    return define(`${schemaName(message)}.Patch`, () => ({
      ...messageSchema(message, fields, 'request'),
      required: undefined,
      oneOf: undefined,
    }));
  }

  /** A message may contain itself, so its name is taken before its fields are looked at. */
  function define(name: string, schema: () => Schema): Schema {
    if (!found.has(name)) {
      found.set(name, {});
      found.set(name, schema());
    }
    return { $ref: `#/components/schemas/${name}` };
  }

  function messageSchema(message: DescMessage, fields: readonly DescField[], use: Use): Schema {
    const required = use === 'answer' ? fields.filter(isAlwaysPrinted) : requiredFields(message);
    const names = fields.filter((field) => required.includes(field)).map(({ jsonName }) => jsonName);
    const alternatives = message.oneofs.filter(isRequiredOneof);
    return {
      type: 'object',
      description: commentOf(message) || undefined,
      properties: Object.fromEntries(fields.map((field) => [field.jsonName, described(field)])),
      ...(names.length > 0 && { required: names }),
      ...(alternatives.length > 0 && {
        oneOf: alternatives.flatMap((oneof) => oneof.fields.map(({ jsonName }) => ({ required: [jsonName] }))),
      }),
      ...(use === 'request' && { additionalProperties: false }),
    };
  }

  function described(field: DescField): Schema {
    const description = commentOf(field);
    return { ...value(field), ...(description !== '' && { description }) };
  }

  function value(field: DescField): Schema {
    const { schema, items, refused } = constraintsOf(field);
    switch (field.fieldKind) {
      case 'message':
        return refer(field.message);
      case 'enum':
        return enumValue(field.enum, refused);
      case 'scalar':
        return scalarSchema(field.scalar, schema);
      case 'list': {
        if (field.listKind === 'message') return { type: 'array', items: refer(field.message), ...schema };
        if (field.listKind === 'enum') return { type: 'array', items: enumValue(field.enum, refused), ...schema };
        return { type: 'array', items: scalarSchema(field.scalar, items), ...schema };
      }
      case 'map': {
        if (field.mapKind === 'message') return { type: 'object', additionalProperties: refer(field.message) };
        if (field.mapKind === 'enum') return { type: 'object', additionalProperties: refer(field.enum) };
        return { type: 'object', additionalProperties: scalarSchema(field.scalar, {}) };
      }
    }
  }

  function enumValue(type: DescEnum, refused: readonly number[]): Schema {
    return refused.length === 0 ? refer(type) : enumSchema(type, refused);
  }

  function components() {
    return Object.fromEntries([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** Zero values are printed; only what knows presence, such as a message or an `optional`, can be absent. */
function isAlwaysPrinted(field: DescField): boolean {
  if (field.fieldKind === 'list' || field.fieldKind === 'map') return true;
  return field.fieldKind !== 'message' && field.oneof === undefined && !field.proto.proto3Optional;
}

function enumSchema(type: DescEnum, refused: readonly number[]): Schema {
  const values = type.values.filter(({ number }) => !refused.includes(number));
  const meanings = values.map((value) => `- \`${value.name}\`: ${commentOf(value)}`);
  return {
    type: 'string',
    description: [commentOf(type), meanings.join('\n')].join('\n\n').trim(),
    enum: values.map(({ name }) => name),
  };
}

function scalarSchema(scalar: ScalarType, constraints: Schema): Schema {
  switch (scalar) {
    case ScalarType.BOOL:
      return { type: 'boolean' };
    case ScalarType.STRING:
      return { type: 'string', ...constraints };
    case ScalarType.BYTES:
      return { type: 'string', contentEncoding: 'base64' };
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return { type: 'number', format: 'double', ...constraints };
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return { type: 'integer', format: 'int32', ...constraints };
    default:
      return { type: 'string', format: 'int64', pattern: '^-?[0-9]{1,19}$', ...asStrings(constraints) };
  }
}

/** A number that travels as a string cannot have a minimum in JSON Schema; readers and generators may look here. */
function asStrings(constraints: Schema): Schema {
  return Object.fromEntries(Object.entries(constraints).map(([keyword, value]) => [`x-${keyword}`, String(value)]));
}

const wellKnownTypes: Readonly<Record<string, Schema>> = {
  'google.protobuf.Timestamp': { type: 'string', format: 'date-time' },
  'google.protobuf.FieldMask': {
    type: 'string',
    description: 'Names of fields, separated by commas.',
    examples: ['title,description'],
  },
  'google.protobuf.Empty': { type: 'object' },
  'google.protobuf.Value': { description: 'Any JSON value.' },
  'google.protobuf.Struct': { type: 'object' },
};
