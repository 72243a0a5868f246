import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type RestResponse, restClient, stackKeys, testServers, type UserClaims } from '@doffers/testkit';
import { generateKeyPair, SignJWT } from 'jose';
import { assertErrorShape, assertRefused, type Refusal } from './gateway-error.ts';

const { gatewayUrl } = testServers();
const anybody = restClient(gatewayUrl);
const keys = stackKeys();
const userId = '0192f0c1-2d3e-7abc-8def-0123456789ab';

const withToken = async (claims: Partial<UserClaims> = {}) =>
  restClient(gatewayUrl, await keys.user({ userId, ...claims }));
const bearing = (token: string) => restClient(gatewayUrl, token);

type Row = readonly [name: string, call: () => Promise<RestResponse>, refusal: Refusal];

function table(title: string, rows: readonly Row[]): void {
  describe(title, () => {
    for (const [name, call, refusal] of rows) {
      it(`${name}: ${refusal.status} ${refusal.reason}`, async () => assertRefused(await call(), refusal));
    }
  });
}

const json = (body: string | Uint8Array<ArrayBuffer>) => ({ body, headers: { 'content-type': 'application/json' } });
const malformed = (message: RegExp): Refusal => ({ status: 400, code: 3, reason: 'MALFORMED_REQUEST', message });
const sendOtp = (body: string | Uint8Array<ArrayBuffer>) => anybody.post('/v1/auth/otp:send', json(body));

table('a request that cannot be read', [
  ['JSON that ends too early', () => sendOtp('{"phone":"98'), malformed(/^the request cannot be read: /)],
  ['JSON that is none', () => sendOtp('phone=98'), malformed(/^the request cannot be read: /)],
  ['a list where an object belongs', () => sendOtp('[]'), malformed(/^the request cannot be read: /)],
  ['text where a number belongs', () => anybody.get('/v1/faults:wait?delayMs=soon'), malformed(/soon/)],
  ['a fraction where a whole number belongs', () => anybody.get('/v1/faults:wait?delayMs=1.5'), malformed(/1\.5/)],
  ['an enum value that does not exist', () => anybody.get('/v1/faults/0?style=ODD'), malformed(/ODD/)],
  ['text that is not UTF-8', () => sendOtp(Buffer.from('7b2270686f6e65223a22ff227d', 'hex')), malformed(/UTF-8/)],
  ['lists nested too deep', () => sendOtp(`{"phone":${'['.repeat(5_000)}`), malformed(/deep/)],
  ['a query parameter that nobody knows', () => anybody.get('/v1/faults:echo?bogus=1'), malformed(/bogus/)],
  ['a token in the query', () => anybody.get('/v1/faults:echo?access_token=x'), malformed(/access_token/)],
  ['an encoded slash in the path', () => anybody.get('/v1/faults%2F0'), malformed(/cannot be read/)],
  ['an encoded zero byte in the path', () => anybody.get('/v1/faults/%00'), malformed(/./)],
  [
    'a header with an underscore, by which a trusted one could be imitated',
    () => anybody.get('/v1/faults:echo', { headers: { x_user_id: 'evil' } }),
    malformed(/cannot be read/),
  ],
  [
    'a body over 1 MiB with its length told',
    () => sendOtp(`{"phone":"${'9'.repeat(1_100_000)}"}`),
    { status: 413, code: 3, reason: 'BODY_TOO_LARGE', message: 'the request is larger than 1 MiB' },
  ],
]);

table('a refusal of a service', [
  ['cancelled', () => anybody.get('/v1/faults/1'), { status: 499, code: 1, reason: 'CANCELLED' }],
  ['invalid argument', () => anybody.get('/v1/faults/3'), { status: 400, code: 3, reason: 'INVALID_ARGUMENT' }],
  ['deadline exceeded', () => anybody.get('/v1/faults/4'), { status: 504, code: 4, reason: 'DEADLINE_EXCEEDED' }],
  ['not found', () => anybody.get('/v1/faults/5'), { status: 404, code: 5, reason: 'NOT_FOUND' }],
  ['already exists', () => anybody.get('/v1/faults/6'), { status: 409, code: 6, reason: 'ALREADY_EXISTS' }],
  ['permission denied', () => anybody.get('/v1/faults/7'), { status: 403, code: 7, reason: 'PERMISSION_DENIED' }],
  ['resource exhausted', () => anybody.get('/v1/faults/8'), { status: 429, code: 8, reason: 'RESOURCE_EXHAUSTED' }],
  ['failed precondition', () => anybody.get('/v1/faults/9'), { status: 400, code: 9, reason: 'FAILED_PRECONDITION' }],
  ['aborted', () => anybody.get('/v1/faults/10'), { status: 409, code: 10, reason: 'ABORTED' }],
  ['out of range', () => anybody.get('/v1/faults/11'), { status: 400, code: 11, reason: 'OUT_OF_RANGE' }],
  ['unimplemented', () => anybody.get('/v1/faults/12'), { status: 501, code: 12, reason: 'UNIMPLEMENTED' }],
  ['unavailable', () => anybody.get('/v1/faults/14'), { status: 503, code: 14, reason: 'UNAVAILABLE' }],
  ['unauthenticated', () => anybody.get('/v1/faults/16'), { status: 401, code: 16, reason: 'UNAUTHENTICATED' }],
  [
    'a role that the account has not',
    async () => (await withToken({ roles: ['customer'] })).get('/v1/admin/shops'),
    { status: 403, code: 7, reason: 'ROLE_REQUIRED' },
  ],
]);

const bug: Refusal = { status: 500, code: 13, reason: 'INTERNAL', message: 'internal error' };

table('a fault on our side tells nothing of itself', [
  ['an unexpected exception', () => anybody.get('/v1/faults/5?style=BUG'), bug],
  ['unknown', () => anybody.get('/v1/faults/2'), bug],
  ['internal', () => anybody.get('/v1/faults/13'), bug],
  ['data loss', () => anybody.get('/v1/faults/15'), bug],
]);

describe('details of a refusal', () => {
  it('name every violated field at once, as the client wrote it', async () => {
    const response = await anybody.get(`/v1/faults:echo?text=${'a'.repeat(201)}&pincodes=560001&pincodes=12`);
    assertRefused(response, { status: 400, code: 3, reason: 'VALIDATION' });
    const [, badRequest] = assertErrorShape(response);
    const violations = badRequest?.fieldViolations as { field: string; reason: string }[] | undefined;
    const fields = violations?.map(({ field, reason }) => [field, reason]);
    assert.deepEqual(fields, [
      ['text', 'string.max_len'],
      ['pincodes[1]', 'string.pattern'],
    ]);
  });

  it('carry the request id of the answer, so that support finds the log line', async () => {
    for (const path of ['/v1/faults/13', '/nowhere', '/v1/me', '/v1/faults:echo?bogus=1']) {
      const response = await anybody.get(path);
      const [info] = assertErrorShape(response);
      assert.deepEqual(info?.metadata, { requestId: response.headers.get('x-request-id') }, path);
    }
  });

  it('leave out the request id when a request was refused before it had one', async () => {
    const [info] = assertErrorShape(await anybody.get('/v1/faults%2F0'));
    assert.equal(info?.metadata, undefined);
  });

  it('keep what a service says of its refusal, beyond ASCII too', async () => {
    const response = await anybody.get('/v1/faults/8');
    assert.equal(response.body.message, 'failed with 8: “ü”');
    assert.equal(response.headers.get('retry-after'), '3');
  });
});

const nobody: Refusal = { status: 401, code: 16, reason: 'TOKEN_MISSING', message: 'log in to do this' };
const expired: Refusal = { status: 401, code: 16, reason: 'TOKEN_EXPIRED', message: 'log in again' };
const wrong: Refusal = { status: 401, code: 16, reason: 'TOKEN_INVALID', message: 'log in again' };
const day = 24 * 3_600;

async function forged(): Promise<string> {
  const { privateKey } = await generateKeyPair('ES256');
  const genuine = await keys.user({ userId });
  const [header = ''] = genuine.split('.');
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string };
  return new SignJWT({ sid: userId, roles: ['admin'], aal: 2 })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
    .setSubject(userId)
    .setIssuer('https://auth.doffers.in')
    .setAudience('doffers')
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(privateKey);
}

const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(
  JSON.stringify({ iss: 'https://auth.doffers.in', aud: 'doffers', sub: userId, exp: 4e9 }),
).toString('base64url')}.`;

for (const [kind, path] of [
  ['a method for people', '/v1/me'],
  ['a public method', '/v1/faults:echo'],
] as const) {
  table(`a token for ${kind}`, [
    ['expired', async () => (await withToken({ expiresInSeconds: -600 })).get(path), expired],
    ['not signed by auth', async () => bearing(await forged()).get(path), wrong],
    ['not signed at all', () => bearing(unsigned).get(path), wrong],
    ['that is no token', () => bearing('abc').get(path), wrong],
    ['of another issuer', async () => (await withToken({ issuer: 'https://evil.example' })).get(path), wrong],
    ['for another audience', async () => (await withToken({ audience: 'elsewhere' })).get(path), wrong],
    ['that lives longer than an hour', async () => (await withToken({ expiresInSeconds: 2 * 3_600 })).get(path), wrong],
    [
      'of the app that lives longer than eight days',
      async () => (await withToken({ audience: 'doffers-app', expiresInSeconds: 9 * day })).get(path),
      wrong,
    ],
  ]);
}

table('no token', [
  ['none', () => anybody.get('/v1/me'), nobody],
  ['credentials of another scheme', () => anybody.get('/v1/me', { headers: { authorization: 'Basic YTpi' } }), nobody],
  ['only a claim in a header', () => anybody.get('/v1/me', { headers: { 'x-user-id': userId } }), nobody],
]);

const unknown: Refusal = { status: 404, code: 5, reason: 'ROUTE_NOT_FOUND', message: 'no such path or method' };
const messagePath = '/v1/me/inbox/m1';

table('a path that does not exist', [
  ['unknown', () => anybody.get('/nowhere'), unknown],
  ['of another version', () => anybody.get('/V1/faults/0'), unknown],
  ['with another method', () => anybody.put('/v1/faults/0', { body: {} }), unknown],
  ['with a verb that it has not', () => anybody.post(`${messagePath}:shred`, { body: {} }), unknown],
  ['with an encoded colon', () => anybody.get('/v1/faults%3Aecho'), unknown],
  ['on the app surface', () => anybody.get('/api/nowhere'), unknown],
  ['among webhooks', () => anybody.post('/webhooks/nowhere', { body: {} }), unknown],
  [
    'an internal method, which has no path',
    () => anybody.post('/doffers.user.v1.ShopService/GetShopAccess', { body: {} }),
    unknown,
  ],
  ['a method by its gRPC name', () => anybody.post('/doffers.fault.v1.FaultService/Echo', { body: {} }), unknown],
  ['the document by another method', () => anybody.post('/v1/openapi.json', { body: {} }), unknown],
]);

describe('a call that takes too long', () => {
  it('ends after five seconds: 504', async () => {
    const response = await anybody.get('/v1/faults:wait?delayMs=20000');
    assert.equal(response.status, 504);
    assert.equal(response.body.code, 4);
    assertErrorShape(response);
  });
});
