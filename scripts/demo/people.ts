import { randomInt } from 'node:crypto';
import { eventually } from '@doffers/testkit';
import { decodeJwt } from 'jose';
import { type Api, api } from './api.ts';

export type Addresses = { readonly gatewayUrl: string; readonly sandboxUrl: string };

/** Somebody who is logged in. */
export type Person = { readonly phone: string; readonly api: Api; readonly refreshToken: string };

/** A mobile number that nobody had in an earlier demo, most likely. */
export function newPhone(): string {
  return `${randomInt(6, 10)}${String(randomInt(1_000_000_000)).padStart(9, '0')}`;
}

/** Asks for a code, takes it from the SMS that the sandbox was sent, and types it in. */
export async function logIn({ gatewayUrl, sandboxUrl }: Addresses, phone: string, knownCode?: string): Promise<Person> {
  const anybody = api(gatewayUrl);
  const { challengeId } = await anybody('post', '/v1/auth/otp:send', { phone });
  const code = knownCode ?? (await eventually(() => readCode(sandboxUrl, phone)));
  return personWith(gatewayUrl, phone, await anybody('post', '/v1/auth/otp:verify', { challengeId, code }));
}

/** A role that somebody was just given is in one of their next tokens: it follows by an announcement. */
export async function withRole({ gatewayUrl }: Addresses, person: Person, role: string): Promise<Person> {
  let { refreshToken } = person;
  return eventually(async () => {
    const tokens = await api(gatewayUrl)('post', '/v1/auth/tokens:refresh', { refreshToken });
    refreshToken = String(tokens.refreshToken);
    const { roles } = decodeJwt<{ roles: string[] }>(String(tokens.accessToken));
    if (!roles.includes(role)) throw new Error(`+91 ${person.phone} is no ${role} yet`);
    return personWith(gatewayUrl, person.phone, tokens);
  });
}

function personWith(gatewayUrl: string, phone: string, tokens: Record<string, unknown>): Person {
  return { phone, api: api(gatewayUrl, String(tokens.accessToken)), refreshToken: String(tokens.refreshToken) };
}

async function readCode(sandboxUrl: string, phone: string): Promise<string> {
  const answer = await fetch(`${sandboxUrl}/recorder/sms/last?phone=91${phone}`);
  const { text = '' } = (await answer.json()) as { text?: string };
  const code = /\b\d{6}\b/.exec(text)?.[0];
  if (!code) throw new Error(`no code has come to ${phone}`);
  return code;
}
