import type { GatewayMethod } from '../methods.ts';
import type { Schema } from './constraints.ts';

type ErrorClass = { readonly status: number; readonly name: string; readonly description: string };

const classes: readonly ErrorClass[] = [
  {
    status: 400,
    name: 'BadRequest',
    description:
      'The request cannot be read (`MALFORMED_REQUEST`), breaks a rule (`VALIDATION`, all violations at once), or does not fit the state of what it names.',
  },
  {
    status: 401,
    name: 'Unauthenticated',
    description: 'No token (`TOKEN_MISSING`), an expired one (`TOKEN_EXPIRED`) or a wrong one (`TOKEN_INVALID`).',
  },
  { status: 403, name: 'Forbidden', description: 'The account may not do this (`ROLE_REQUIRED` and others).' },
  { status: 404, name: 'NotFound', description: 'What the request names does not exist for the caller.' },
  {
    status: 409,
    name: 'Conflict',
    description:
      'It exists already, was changed by somebody else (`ETAG_MISMATCH`), or the request id was used for another content (`IDEMPOTENCY_KEY_REUSED`).',
  },
  { status: 413, name: 'TooLarge', description: 'The request is larger than 1 MiB (`BODY_TOO_LARGE`).' },
  { status: 429, name: 'TooManyRequests', description: 'Too many requests; `retry-after` tells when to try again.' },
  { status: 500, name: 'Internal', description: 'A fault on our side (`INTERNAL`); name the request id to support.' },
  { status: 503, name: 'Unavailable', description: 'Not available right now (`SERVICE_UNAVAILABLE`); try again.' },
  { status: 504, name: 'TimedOut', description: 'It took too long (`DEADLINE_EXCEEDED`).' },
];

/** The errors a method can answer with; all have the same shape. */
export function errorResponses({ access, bindings }: GatewayMethod, { body }: { body: boolean }): Schema {
  const names = bindings.some(({ path }) => path.includes('{'));
  const impossible = new Set([
    ...(access.kind === 'roles' ? [] : [403]),
    ...(names ? [] : [404]),
    ...(body ? [] : [409, 413]),
  ]);
  const possible = classes.filter(({ status }) => !impossible.has(status));
  return {
    ...Object.fromEntries(possible.map(({ status, name }) => [status, { $ref: `#/components/responses/${name}` }])),
    default: { $ref: '#/components/responses/Error' },
  };
}

const content = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } };
const retryAfter = { 'retry-after': { description: 'Seconds to wait.', schema: { type: 'integer' } } };

export const errorComponents: Readonly<Record<string, Schema>> = {
  ...Object.fromEntries(
    classes.map(({ status, name, description }) => [
      name,
      { description, ...(status === 429 && { headers: retryAfter }), content },
    ]),
  ),
  Error: { description: 'Any other refusal, in the same shape.', content },
};

/** `google.rpc.Status` as JSON. */
export const errorSchemas: Readonly<Record<string, Schema>> = {
  Error: {
    type: 'object',
    description: 'Every error of every path, also those of the gateway.',
    required: ['code', 'message', 'details'],
    properties: {
      code: { type: 'integer', description: 'The gRPC status.', minimum: 1, maximum: 16 },
      message: { type: 'string', description: 'Fit to show to a person.' },
      details: {
        type: 'array',
        items: {
          anyOf: [{ $ref: '#/components/schemas/ErrorInfo' }, { $ref: '#/components/schemas/BadRequest' }],
        },
      },
    },
  },
  ErrorInfo: {
    type: 'object',
    required: ['@type', 'reason', 'domain'],
    properties: {
      '@type': { const: 'type.googleapis.com/google.rpc.ErrorInfo' },
      reason: { type: 'string', description: 'For programs; never changes its meaning.', pattern: '^[A-Z][A-Z0-9_]+$' },
      domain: { const: 'doffers.in' },
      metadata: { type: 'object', additionalProperties: { type: 'string' } },
    },
  },
  BadRequest: {
    type: 'object',
    required: ['@type', 'fieldViolations'],
    properties: {
      '@type': { const: 'type.googleapis.com/google.rpc.BadRequest' },
      fieldViolations: {
        type: 'array',
        items: {
          type: 'object',
          required: ['field', 'description'],
          properties: {
            field: { type: 'string', description: 'As the client wrote it, for example `offer.pincodes[1]`.' },
            description: { type: 'string' },
            reason: { type: 'string' },
          },
        },
      },
    },
  },
};
