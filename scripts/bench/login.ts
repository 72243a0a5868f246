import { request } from 'undici';
import { CommandError } from '../console/command-error.ts';

/** Logs in by one-time code, as the first of the fixed test numbers, and answers the access token. */
export async function loginForBench(gatewayUrl: string, testOtps: string): Promise<string> {
  const [phone, code] = testOtps.split(',')[0]?.split('=') ?? [];
  if (!phone || !code) throw new CommandError('the measurement with a login needs a number in AUTH_TEST_OTPS');
  const { challengeId } = await post(gatewayUrl, '/v1/auth/otp:send', { phone, purpose: 'LOGIN' });
  const { accessToken } = await post(gatewayUrl, '/v1/auth/otp:verify', { challengeId, code });
  if (typeof accessToken !== 'string') throw new CommandError('the login gave no access token');
  return accessToken;
}

async function post(gatewayUrl: string, path: string, body: object): Promise<Record<string, unknown>> {
  const answer = await request(new URL(path, gatewayUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new CommandError(`${path} answered ${answer.statusCode}: ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}
