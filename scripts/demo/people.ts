import { randomInt } from 'node:crypto';
import { eventually } from '@doffers/testkit';
import { decodeJwt } from 'jose';
import { type Api, api } from './api.ts';

export type Addresses = { readonly gatewayUrl: string; readonly sandboxUrl: string };

/** Somebody who is logged in, for as long as it takes: tokens that grow old are replaced. */
export type Person = {
  readonly phone: string;
  readonly api: Api;
  /** The access token of this moment, for what is no JSON. */
  token(): Promise<string>;
  /** Asks for new tokens until the roles contain `role`, which follows by an announcement. */
  waitForRole(role: string): Promise<void>;
};

/** Access tokens live ten minutes. */
const renewAfterMs = 5 * 60_000;

/** A mobile number that nobody had in an earlier demo, most likely. */
export function newPhone(): string {
  return `${randomInt(8, 10)}${String(randomInt(1_000_000_000)).padStart(9, '0')}`;
}

/** Asks for a code, takes it from the SMS that the sandbox was sent, and types it in. */
export async function logIn({ gatewayUrl, sandboxUrl }: Addresses, phone: string, knownCode?: string): Promise<Person> {
  const anybody = api(gatewayUrl);
  const { challengeId } = await anybody('post', '/v1/auth/otp:send', { phone });
  const code = knownCode ?? (await eventually(() => readCode(sandboxUrl, phone)));
  let tokens = tokensIn(await anybody('post', '/v1/auth/otp:verify', { challengeId, code }));
  const renew = async () => {
    const { refreshToken } = tokens;
    tokens = tokensIn(await anybody('post', '/v1/auth/tokens:refresh', { refreshToken }));
  };
  const token = async () => {
    if (Date.now() - tokens.atMs > renewAfterMs) await renew();
    return tokens.accessToken;
  };
  return {
    phone,
    token,
    api: async (...call) => api(gatewayUrl, await token())(...call),
    waitForRole: (role) =>
      eventually(async () => {
        await renew();
        const { roles } = decodeJwt<{ roles: string[] }>(tokens.accessToken);
        if (!roles.includes(role)) throw new Error(`+91 ${phone} is no ${role} yet`);
      }),
  };
}

function tokensIn({ accessToken, refreshToken }: Record<string, unknown>) {
  return { accessToken: String(accessToken), refreshToken: String(refreshToken), atMs: Date.now() };
}

async function readCode(sandboxUrl: string, phone: string): Promise<string> {
  const answer = await fetch(`${sandboxUrl}/recorder/sms/last?phone=91${phone}`);
  const { text = '' } = (await answer.json()) as { text?: string };
  const code = /\b\d{6}\b/.exec(text)?.[0];
  if (!code) throw new Error(`no code has come to ${phone}`);
  return code;
}
