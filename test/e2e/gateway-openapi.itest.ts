import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { type RestClient, type RestResponse, restClient, stackKeys, testServers } from '@doffers/testkit';
import { assertErrorShape, assertRefused, type Refusal, reasonOf } from './gateway-error.ts';

type Role = 'customer' | 'shopkeeper' | 'admin';
type Parameter = { name: string; in: string; schema: { format?: string } };
type Operation = {
  operationId: string;
  parameters: Parameter[];
  requestBody?: { content: Record<string, unknown> };
  'x-roles'?: Role[];
};
type Document = { paths: Record<string, Record<keyof RestClient, Operation>> };

const committed = await readFile(new URL('../../gateway/openapi.json', import.meta.url), 'utf8');
const document = JSON.parse(committed) as Document;

const { gatewayUrl } = testServers();
const anybody = restClient(gatewayUrl);

const operations = Object.entries(document.paths).flatMap(([path, verbs]) =>
  Object.entries(verbs).map(([verb, operation]) => ({ path, verb: verb as keyof RestClient, operation })),
);
const takesJson = ({ requestBody }: Operation) => requestBody?.content['application/json'] !== undefined;

/** The path with values in place of its parameters, such as nobody has. */
function pathOf(path: string, { parameters }: Operation): string {
  return parameters
    .filter((parameter) => parameter.in === 'path')
    .reduce(
      (filled, { name, schema }) => filled.replace(`{${name}}`, schema.format === 'uuid' ? randomUUID() : 'x1'),
      path,
    );
}

/** The answer may be any but "no such path". */
function assertExists(response: RestResponse): void {
  if (response.status < 400) return;
  assertErrorShape(response);
  assert.notEqual(reasonOf(response), 'ROUTE_NOT_FOUND');
}

describe('the OpenAPI document', () => {
  it('is served as it is committed, to anybody', async () => {
    const response = await fetch(`${gatewayUrl}/v1/openapi.json`);
    assert.equal(response.headers.get('content-type'), 'application/json');
    assert.equal(response.headers.get('access-control-allow-origin'), '*');
    assert.equal(await response.text(), committed);
  });

  for (const { path, verb, operation } of operations) {
    const call = (client: RestClient, query = '', body?: unknown) =>
      client[verb](`${pathOf(path, operation)}${query}`, body === undefined ? {} : { body });

    const roles = operation['x-roles'];
    const body = takesJson(operation) ? {} : undefined;
    const withRole = async (role: Role) =>
      restClient(gatewayUrl, await stackKeys().user({ userId: randomUUID(), roles: [role] }));

    it(`tells who may ${verb} ${path}`, async () => {
      const response = await call(anybody, '', body);
      if (roles === undefined) assertExists(response);
      else assertRefused(response, { status: 401, code: 16, reason: 'TOKEN_MISSING' });
      if (roles === undefined || roles.includes('customer')) return;
      const refused = await call(await withRole('customer'), '', body);
      assertRefused(refused, { status: 403, code: 7, reason: 'ROLE_REQUIRED' });
    });

    it(`tells what ${verb} ${path} takes`, async () => {
      const caller = roles?.[0] === undefined ? anybody : await withRole(roles[0]);
      const malformed: Refusal = { status: 400, code: 3, reason: 'MALFORMED_REQUEST' };
      if (takesJson(operation)) assertRefused(await call(caller, '', '{"'), malformed);
      if (path.startsWith('/v1/')) assertRefused(await call(caller, '?bogus=1', body), malformed);
    });
  }
});
