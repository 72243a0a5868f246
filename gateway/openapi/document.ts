import type { DescMessage, DescService } from '@bufbuild/protobuf';
import { type GatewayMethod, readMethod } from '../methods.ts';
import { commentOf } from './comments.ts';
import { isPartial, type Schema } from './constraints.ts';
import { errorComponents, errorSchemas } from './errors.ts';
import { type Operation, operationsOf, tagOf } from './operations.ts';
import { createSchemas, type Use } from './schemas.ts';

export type OpenApiDocument = {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly Schema[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Schema>>>>;
  readonly components: Readonly<Record<'schemas' | 'responses' | 'securitySchemes', Readonly<Record<string, Schema>>>>;
};

/**
 * Describes the REST surface of the given services as OpenAPI 3.1. Everything in it is stated in the protos: paths,
 * who may call, the rules that are checked, and the manual in the comments, for which the descriptors need their
 * source info.
 */
export function openApiDocument(services: readonly DescService[]): OpenApiDocument {
  const methods = services.flatMap((service) => service.methods.map(readMethod)).filter(isOnRest);
  const schemas = createSchemas(usesOf(methods));
  const operations = methods.flatMap((method) => operationsOf(method, schemas));
  return {
    openapi: '3.1.0',
    info: { title: "D'Offers", version: 'v1', description },
    servers: [{ url: '/' }],
    tags: tagsOf(methods),
    paths: pathsOf(operations),
    components: {
      schemas: { ...schemas.components(), ...errorSchemas },
      responses: errorComponents,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'An access token.' },
        appToken: { type: 'apiKey', in: 'header', name: 'x-access-token', description: 'How an older app sends it.' },
      },
    },
  };
}

function isOnRest({ bindings, domain }: GatewayMethod): boolean {
  return bindings.length > 0 && domain !== 'fault';
}

const description = [
  'Offers of shops near a PIN code, and paid campaigns that are exact to the message and to the paisa.',
  'Amounts are whole paise in a string, times are RFC 3339, ids are UUIDs. A call with a `requestId` can be repeated:',
  'the same id is the same command. Lists take `pageSize` and `pageToken`, and answer `nextPageToken`, empty on the last',
  'page. A partial update names its fields in `updateMask`. Unknown query parameters are refused; unknown fields of a',
  'body are ignored. gRPC callers find the same methods on the same port.',
].join(' ');

function tagsOf(methods: readonly GatewayMethod[]): OpenApiDocument['tags'] {
  const byName = new Map(methods.map((method) => [tagOf(method), commentOf(method.desc.parent)]));
  return [...byName].map(([name, manual]) => ({ name, description: manual }));
}

/** @throws Error when two methods claim the same path and verb, or the same id */
function pathsOf(operations: readonly Operation[]): OpenApiDocument['paths'] {
  const paths: Record<string, Record<string, Schema>> = {};
  const ids = new Set<unknown>();
  for (const { path, verb, operation } of operations) {
    const item = (paths[path] ??= {});
    if (item[verb] !== undefined) throw new Error(`${verb} ${path} is claimed twice`);
    if (ids.has(operation.operationId)) throw new Error(`two operations are called ${String(operation.operationId)}`);
    ids.add(operation.operationId);
    item[verb] = operation;
  }
  return paths;
}

function usesOf(methods: readonly GatewayMethod[]): (message: DescMessage) => Use {
  const asked = reachable(methods.map(({ desc }) => desc.input));
  const answered = reachable(methods.map(({ desc }) => desc.output));
  return (message) => {
    if (!asked.has(message.typeName)) return 'answer';
    return answered.has(message.typeName) ? 'both' : 'request';
  };
}

/** A partial body has a schema of its own, so its message counts only by what it contains. */
function reachable(roots: readonly DescMessage[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const visit = (message: DescMessage): void => {
    if (seen.has(message.typeName)) return;
    seen.add(message.typeName);
    visitFields(message);
  };
  const visitFields = ({ fields }: DescMessage): void => {
    for (const field of fields) {
      if (field.message === undefined) continue;
      if (isPartial(field)) visitFields(field.message);
      else visit(field.message);
    }
  };
  roots.forEach(visit);
  return seen;
}
