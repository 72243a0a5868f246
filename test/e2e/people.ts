import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { eventually, type RestClient, restClient, stackKeys, testServers } from '@doffers/testkit';

const { gatewayUrl, sandboxUrl } = testServers();

/** Somebody with an account, as an app knows them. */
export type Person = {
  readonly phone: string;
  readonly userId: string;
  readonly refreshToken: string;
  readonly api: RestClient;
};

export const anybody = restClient(gatewayUrl);

/** A mobile number that nobody else in this run has. */
export function newPhone(): string {
  return `${randomInt(6, 10)}${String(randomInt(1_000_000_000)).padStart(9, '0')}`;
}

/** Logs in as a person does: asks for a code, reads the SMS, types it in. */
export async function logIn(phone = newPhone()): Promise<Person> {
  const sent = await anybody.post('/v1/auth/otp:send', { body: { phone } });
  assert.equal(sent.status, 200, JSON.stringify(sent.body));
  const code = await readCode(phone);
  const body = { challengeId: sent.body.challengeId, code };
  const verified = await anybody.post('/v1/auth/otp:verify', { body });
  assert.equal(verified.status, 200, JSON.stringify(verified.body));
  return personOf(phone, verified.body);
}

/** The code in the last SMS to a number. The app's surface sends it after its answer, so that its time tells nothing. */
export async function readCode(phone: string, patience?: { readonly timeoutMs: number }): Promise<string> {
  return eventually(async () => {
    const answer = await fetch(`${sandboxUrl}/recorder/sms/last?phone=91${phone}`);
    const { text = '' } = (await answer.json()) as { text?: string };
    const code = /\b\d{6}\b/.exec(text)?.[0];
    assert.ok(code, `no code has come to ${phone}`);
    return code;
  }, patience);
}

/** An administrator, who for these tests need not have an account; with a second factor where a method asks for one. */
export async function admin({ secondFactor = false } = {}): Promise<RestClient> {
  const claims = { userId: crypto.randomUUID(), roles: ['admin'], aal: secondFactor ? 2 : 1 } as const;
  return restClient(gatewayUrl, await stackKeys().user(claims));
}

export type Shopkeeper = Person & { readonly shopId: string };

/** A person who registered a shop; an admin has approved it unless the test wants it pending. */
export async function openShop({ approved = true, pincode = '560034' } = {}): Promise<Shopkeeper> {
  const person = await logIn();
  const body = { requestId: 'shop', name: 'Asha Stores', category: 'grocery', address: '12, 80 Feet Road', pincode };
  const created = await person.api.post('/v1/shops', { body });
  assert.equal(created.status, 201, JSON.stringify(created.body));
  const shopId = String(created.body.shopId);
  if (approved) {
    const approval = await (await admin()).post(`/v1/admin/shops/${shopId}:approve`, {
      body: { requestId: 'approve' },
    });
    assert.equal(approval.status, 200, JSON.stringify(approval.body));
  }
  return { ...(await asShopkeeper(person)), shopId };
}

/** The role follows the registration by an announcement, so a fresh token shows it a moment later. */
async function asShopkeeper(person: Person): Promise<Person> {
  let { refreshToken } = person;
  return eventually(async () => {
    const { status, body } = await anybody.post('/v1/auth/tokens:refresh', { body: { refreshToken } });
    assert.equal(status, 200, JSON.stringify(body));
    refreshToken = String(body.refreshToken);
    assert.ok(rolesIn(String(body.accessToken)).includes('shopkeeper'), 'not a shopkeeper yet');
    return { ...personOf(person.phone, body), userId: person.userId };
  });
}

function rolesIn(token: string): readonly string[] {
  const [, payload = ''] = token.split('.');
  return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { roles: string[] }).roles;
}

function personOf(phone: string, tokens: Record<string, unknown>): Person {
  return {
    phone,
    userId: String(tokens.userId),
    refreshToken: String(tokens.refreshToken),
    api: restClient(gatewayUrl, String(tokens.accessToken)),
  };
}
