import { readFile } from 'node:fs/promises';
import { type Agent, request } from 'node:https';
import type { Credential } from 'firebase-admin/app';
import { importPKCS8, SignJWT } from 'jose';
import { z } from 'zod';

const accountFile = z
  .object({ project_id: z.string(), client_email: z.string(), private_key: z.string() })
  .transform((file) => ({ projectId: file.project_id, clientEmail: file.client_email, privateKey: file.private_key }));

/** Who we are at Google. */
export type ServiceAccount = z.infer<typeof accountFile>;

/** Reads the file that Google's console hands out. @throws when it is not there or not such a file */
export async function readServiceAccount(path: string): Promise<ServiceAccount> {
  return accountFile.parse(JSON.parse(await readFile(path, 'utf8')));
}

const tokenUrl = 'https://oauth2.googleapis.com/token';
const scope = 'https://www.googleapis.com/auth/firebase.messaging';
const deadlineMs = 10_000;

const answerSchema = z.object({ access_token: z.string(), expires_in: z.number() });

/**
 * Exchanges a signed assertion for an access token; the SDK keeps it until it expires. Written out because the SDK's
 * own credential does not use the agent it is given, asks for scopes we do not need, and warns about itself.
 */
export function createGoogleCredential({ clientEmail, privateKey }: ServiceAccount, agent: Agent): Credential {
  return {
    async getAccessToken() {
      const assertion = await new SignJWT({ scope })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
        .setIssuer(clientEmail)
        .setAudience(tokenUrl)
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(await importPKCS8(privateKey, 'RS256'));
      const grant = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion };
      return answerSchema.parse(JSON.parse(await post(new URLSearchParams(grant).toString(), agent)));
    },
  };
}

function post(form: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(form) };
    const call = request(tokenUrl, { method: 'POST', agent, headers, timeout: deadlineMs }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        if (response.statusCode === 200) resolve(text);
        else reject(tokenError(response.statusCode ?? 0, text));
      });
    });
    call.on('timeout', () => call.destroy(tokenError(0, 'no answer within the deadline')));
    call.on('error', reject);
    call.end(form);
  });
}

/** A busy token server is worth another attempt, a refusal is not: `EAGAIN` tells them apart through the SDK's wrapping. */
function tokenError(status: number, text: string): Error {
  const error = new Error(`no access token from Google: ${status} ${text.slice(0, 200)}`);
  return status === 0 || status === 429 || status >= 500 ? Object.assign(error, { code: 'EAGAIN' }) : error;
}
