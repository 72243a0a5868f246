import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { restClient, testServers } from '@doffers/testkit';
import { anybody, logIn, newPhone, type Person } from './people.ts';
import { assertRefusal } from './refusal.ts';
import { codeOfApp } from './totp.ts';

const { gatewayUrl, stack } = testServers();

function adminCreate(...args: readonly string[]): string {
  const command = fileURLToPath(new URL('../../services/auth/admin-create.ts', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    env: { ...process.env, DOFFERS_PORT_OFFSET: String(stack.offset) },
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  return stdout;
}

const withToken = (tokens: unknown) => restClient(gatewayUrl, String((tokens as Record<string, unknown>).accessToken));
const aalOf = (token: unknown) =>
  (JSON.parse(Buffer.from(String(token).split('.')[1] ?? '', 'base64url').toString()) as { aal: number }).aal;

describe('the second factor of an administrator', () => {
  let root: Person;
  let secret: string;
  let spare: string;
  before(async () => {
    const phone = newPhone();
    adminCreate('--phone', phone);
    root = await logIn(phone);
  });

  it('is set up with an app, and raises the login', async () => {
    assertRefusal(await root.api.post('/v1/auth/totp:verify', { body: { code: '123456' } }), [
      400,
      'TOTP_NOT_ENROLLED',
    ]);
    const enrolled = await root.api.post('/v1/auth/totp:enroll', { body: {} });
    assert.equal(enrolled.status, 200, JSON.stringify(enrolled.body));
    secret = String(enrolled.body.secret);
    assert.match(String(enrolled.body.uri), new RegExp(`^otpauth://totp/.*secret=${secret}`));
    const confirmed = await root.api.post('/v1/auth/totp:confirm', { body: { code: codeOfApp(secret) } });
    assert.equal(confirmed.status, 200, JSON.stringify(confirmed.body));
    const { tokens, recoveryCodes } = confirmed.body as { tokens: Record<string, unknown>; recoveryCodes: string[] };
    assert.deepEqual([aalOf(tokens.accessToken), recoveryCodes.length], [2, 10]);
    spare = recoveryCodes[0] ?? '';
    const refreshed = await anybody.post('/v1/auth/tokens:refresh', { body: { refreshToken: tokens.refreshToken } });
    assert.equal(aalOf(refreshed.body.accessToken), 2);
  });

  it('is asked for where the token does not prove it, takes no code twice, and each recovery code once', async () => {
    assertRefusal(await root.api.post('/v1/auth/totp:enroll', { body: {} }), [403, 'SECOND_FACTOR_REQUIRED']);
    const verify = (code: string) => root.api.post('/v1/auth/totp:verify', { body: { code } });
    const shown = codeOfApp(secret, Date.now() + 30_000);
    const raised = await verify(shown);
    assert.deepEqual([raised.status, aalOf(raised.body.accessToken)], [200, 2]);
    assertRefusal(await verify(shown), [400, 'TOTP_INVALID']);
    assert.equal((await withToken(raised.body).post('/v1/auth/totp:enroll', { body: {} })).status, 200);
    assert.equal((await verify(spare.toLowerCase())).status, 200);
    assertRefusal(await verify(spare), [400, 'TOTP_INVALID']);
  });

  it('is locked by five wrong codes in a row', async () => {
    const verify = (code: string) => root.api.post('/v1/auth/totp:verify', { body: { code } });
    for (let n = 0; n < 4; n++) assertRefusal(await verify('00000000'), [400, 'TOTP_INVALID']); // and the one above
    const locked = await verify(codeOfApp(secret));
    assertRefusal(locked, [429, 'TOTP_LOCKED']);
    assert.ok(Number(locked.headers.get('retry-after')) > 0);
  });

  it('is not for people who are no administrators', async () => {
    const somebody = await logIn();
    assertRefusal(await somebody.api.post('/v1/auth/totp:enroll', { body: {} }), [403, 'ROLE_REQUIRED']);
  });

  it('is set up by the operator as well, who needs no login', () => {
    const phone = newPhone();
    const shown = /authenticator app: ([A-Z2-7]{32})/.exec(adminCreate('--phone', phone, '--second-factor'))?.[1];
    assert.ok(shown);
    assert.match(adminCreate('--phone', phone, '--code', codeOfApp(shown)), /Keep these codes on paper/);
  });
});
