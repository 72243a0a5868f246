import type { DescField, DescMessage } from '@bufbuild/protobuf';
import type { GatewayMethod, HttpBinding } from '../methods.ts';
import { commentOf, reasonsOf } from './comments.ts';
import { isPartial, requiredFields, type Schema } from './constraints.ts';
import { errorResponses } from './errors.ts';
import type { Schemas } from './schemas.ts';

export type Operation = { readonly path: string; readonly verb: HttpBinding['verb']; readonly operation: Schema };

/** One operation for each way in which REST reaches a method. */
export function operationsOf(method: GatewayMethod, schemas: Schemas): readonly Operation[] {
  return method.bindings.map((binding, index) => {
    const variables = [...binding.path.matchAll(/\{([\w.]+)\}/g)].map(([, name = '']) => name);
    const inPath = variables.map((name) => fieldAt(method.desc.input, name));
    return {
      path: binding.path.replace(
        /\{([\w.]+)\}/g,
        (_, name: string) => `{${fieldAt(method.desc.input, name).jsonName}}`,
      ),
      verb: binding.verb,
      operation: {
        operationId: operationId(method, index),
        tags: [tagOf(method)],
        ...manualOf(method),
        parameters: [
          ...inPath.map((field) => parameter(field, 'path', { name: field.jsonName, required: true }, schemas)),
          ...queryParameters(method.desc.input, { binding, inPath, schemas }),
        ],
        ...bodyOf(method, { binding, inPath, schemas }),
        responses: { ...successOf(method, binding, schemas), ...errorResponses(method, { body: binding.body !== '' }) },
        ...securityOf(method, binding),
      },
    };
  });
}

/** The service without its last word: `ShopService` is shown as `Shop`. */
export function tagOf({ desc }: GatewayMethod): string {
  return desc.parent.name.replace(/Service$/, '');
}

function operationId({ desc }: GatewayMethod, index: number): string {
  return `${desc.parent.name}_${desc.name}${index === 0 ? '' : `_${index + 1}`}`;
}

function manualOf({ desc, timeoutMs }: GatewayMethod): Schema {
  const comment = commentOf(desc);
  const [summary = ''] = comment.split(/(?<=[.:])\s/);
  const reasons = reasonsOf(comment);
  return {
    summary: summary.replace(/[.:]$/, ''),
    description: comment,
    ...(reasons.length > 0 && { 'x-reasons': reasons }),
    ...(timeoutMs > 5_000 && { 'x-timeout-seconds': timeoutMs / 1_000 }),
  };
}

/** The field at the end of a path such as `shop.shop_id`. */
function fieldAt(message: DescMessage, path: string): DescField {
  const [name = '', ...rest] = path.split('.');
  const field = message.fields.find((candidate) => candidate.name === name);
  if (field === undefined) throw new Error(`${message.typeName} has no field ${name}`);
  if (rest.length === 0) return field;
  if (field.fieldKind !== 'message') throw new Error(`${message.typeName}.${name} has no fields`);
  return fieldAt(field.message, rest.join('.'));
}

type Parts = {
  readonly binding: HttpBinding;
  readonly inPath: readonly DescField[];
  readonly schemas: Schemas;
};

/** Whatever is neither in the path nor in the body travels in the query, nested messages by dotted names. */
function queryParameters(message: DescMessage, { binding, inPath, schemas }: Parts, prefix = ''): readonly Schema[] {
  if (binding.body === '*') return [];
  const required = requiredFields(message);
  return message.fields
    .filter((field) => !inPath.includes(field) && !(prefix === '' && field.name === binding.body))
    .flatMap((field) => {
      const name = `${prefix}${field.jsonName}`;
      if (field.fieldKind === 'message' && !field.message.typeName.startsWith('google.')) {
        return queryParameters(field.message, { binding, inPath, schemas }, `${name}.`);
      }
      return [parameter(field, 'query', { name, required: required.includes(field) }, schemas)];
    });
}

type Named = { readonly name: string; readonly required: boolean };

function parameter(field: DescField, where: 'path' | 'query', { name, required }: Named, schemas: Schemas): Schema {
  const description = commentOf(field);
  return {
    name,
    in: where,
    ...(required && { required }),
    ...(description !== '' && { description }),
    schema: schemas.value(field),
  };
}

function bodyOf({ desc }: GatewayMethod, { binding, inPath, schemas }: Parts): Schema {
  if (binding.body === '') return {};
  const field = desc.input.fields.find(({ name }) => name === binding.body);
  const message = field?.fieldKind === 'message' ? field.message : desc.input;
  if (message.typeName === httpBody) return { requestBody: { required: true, content: rawBytes } };
  const partial = field !== undefined && isPartial(field);
  const schema = schemas.body(message, { without: inPath, partial });
  return { requestBody: { required: true, content: { 'application/json': { schema } } } };
}

const httpBody = 'google.api.HttpBody';
const rawBytes = { '*/*': { schema: {} } };

function successOf({ desc, streams }: GatewayMethod, binding: HttpBinding, schemas: Schemas): Schema {
  if (desc.output.typeName === httpBody) return { 200: { description: 'The bytes as they are.', content: rawBytes } };
  const schema = schemas.refer(desc.output);
  if (streams) {
    const description = 'Server-sent events; the data of each is one JSON message of this schema.';
    return { 200: { description, content: { 'text/event-stream': { schema } } } };
  }
  const content = { 'application/json': { schema } };
  if (binding.verb !== 'post' || !desc.name.startsWith('Create')) return { 200: { description: 'Done.', content } };
  const headers = { location: { description: 'Path of the new resource.', schema: { type: 'string' } } };
  return { 201: { description: 'Created.', headers, content } };
}

function securityOf({ access }: GatewayMethod, binding: HttpBinding): Schema {
  const schemes = binding.path.startsWith('/api/') ? [{ bearer: [] }, { appToken: [] }] : [{ bearer: [] }];
  if (access.kind !== 'roles') return { security: [{}, ...schemes] };
  return { security: schemes, 'x-roles': access.roles, ...(access.minAal === 2 && { 'x-second-factor': true }) };
}
