import { createHmac, createPrivateKey, createPublicKey, timingSafeEqual } from 'node:crypto';
import { errors, jwtVerify } from 'jose';
import type { Incoming } from '../http/incoming.ts';
import type { Reply } from '../http/reply.ts';

export type ServiceAccount = {
  readonly client_email: string;
  readonly private_key: string;
  readonly project_id: string;
};

export type AccessTokens = {
  /** `POST /token` of Google's authorisation server: a signed assertion for a bearer token. */
  issue(incoming: Incoming): Promise<Reply>;
  check(token: string | undefined): 'valid' | 'expired' | 'invalid';
};

const messagingScope = 'https://www.googleapis.com/auth/firebase.messaging';
const lifetimeSeconds = 3600;
const audiences = ['https://oauth2.googleapis.com/token', 'https://www.googleapis.com/oauth2/v4/token'];

/** Tokens are signed, not stored: a client's cached token is good after a restart, as it is at Google. */
export function createAccessTokens(account: ServiceAccount): AccessTokens {
  const publicKey = createPublicKey(createPrivateKey(account.private_key));
  const mac = (expiry: number) =>
    createHmac('sha256', account.private_key).update(`access ${expiry}`).digest('base64url');

  async function issue({ body }: Incoming): Promise<Reply> {
    const form = new URLSearchParams(body.toString('utf8'));
    if (form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer') {
      return refusal('unsupported_grant_type', 'Invalid grant_type');
    }
    try {
      const { payload } = await jwtVerify(form.get('assertion') ?? '', publicKey, {
        algorithms: ['RS256'],
        issuer: account.client_email,
        audience: audiences,
        maxTokenAge: lifetimeSeconds + 60,
      });
      if (!String(payload.scope).split(' ').includes(messagingScope))
        return refusal('invalid_scope', 'Empty or missing scope');
    } catch (error) {
      const description = error instanceof errors.JOSEError ? error.message : 'Invalid JWT';
      return refusal('invalid_grant', description);
    }
    const expiry = Math.floor(Date.now() / 1000) + lifetimeSeconds;
    const token = `ya29.${expiry}.${mac(expiry)}`;
    return { status: 200, body: { access_token: token, expires_in: lifetimeSeconds - 1, token_type: 'Bearer' } };
  }

  return {
    issue,
    check(token) {
      const [, expiry = '', given = ''] = /^ya29\.(\d+)\.([\w-]{43})$/.exec(token ?? '') ?? [];
      if (given === '') return 'invalid';
      if (!timingSafeEqual(Buffer.from(given), Buffer.from(mac(Number(expiry))))) return 'invalid';
      return Number(expiry) > Date.now() / 1000 ? 'valid' : 'expired';
    },
  };
}

function refusal(error: string, description: string): Reply {
  return { status: 400, body: { error, error_description: description } };
}
