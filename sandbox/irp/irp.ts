import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { answer, type BeginTurn, interrupted, respond, type Turn } from '../faults/turn.ts';
import { type Incoming, jsonBody } from '../http/incoming.ts';
import type { Route } from '../http/server.ts';
import type { Recorder } from '../recorder/recorder.ts';
import { checkDocument } from './check-document.ts';
import { decryptJson, encrypt, unsealJson } from './cipher.ts';
import { irnOf, openRegister, type Registered } from './register.ts';
import { errorOfCode, refusal, success } from './replies.ts';

export type IrpConfig = {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly userName: string;
  readonly password: string;
  readonly gstin: string;
  /** Opens what clients log in with, and signs QR codes. PEM. */
  readonly privateKey: string;
  readonly registerFile: string;
};

type Deps = { readonly recorder: Recorder; readonly begin: BeginTurn };

const credentials = z.object({
  UserName: z.string(),
  Password: z.string(),
  AppKey: z.string().refine((text) => Buffer.from(text, 'base64').length === 32),
  ForceRefreshAccessToken: z.boolean(),
});
const sessionMs = 60 * 60_000;

/** The Invoice Registration Portal of the tax authority: log-in 1.04, registering and finding invoices 1.03. */
export async function openIrp(
  config: IrpConfig,
  { recorder, begin }: Deps,
): Promise<{ routes: readonly Route[]; close(): void }> {
  const register = await openRegister(config.registerFile, config.privateKey);
  const sessions = new Map<string, { readonly key: Buffer; readonly endsAt: number }>();

  function route(method: 'GET' | 'POST', pattern: RegExp, act: (turn: Turn) => void): Route {
    return {
      method,
      pattern,
      handle(incoming) {
        const turn = begin(incoming, { provider: 'irp' });
        record(incoming);
        const { client_id, client_secret, gstin } = incoming.request.headers;
        if (client_id !== config.clientId || client_secret !== config.clientSecret) {
          return respond(turn, refusal('3001', 'Invalid client id or client secret'));
        }
        if (gstin !== config.gstin) return respond(turn, refusal('1015', 'Invalid GSTIN for this user'));
        if (interrupted(turn, errorOfCode)) return;
        act(turn);
      },
    };
  }

  function record({ request, response, path }: Incoming): void {
    const write = (status: number) =>
      recorder.call({ atMs: Date.now(), provider: 'irp', method: request.method ?? '', path, status });
    response.once('prefinish', () => write(response.statusCode));
    response.once('close', () => {
      if (!response.writableEnded) write(0);
    });
  }

  function logIn(turn: Turn): void {
    const given = credentials.safeParse(unsealJson(config.privateKey, dataOf(turn)));
    if (!given.success) return respond(turn, refusal('1007', 'Decryption of the credentials failed'));
    const { UserName, Password, AppKey } = given.data;
    if (UserName !== config.userName || Password !== config.password) {
      return respond(turn, refusal('1019', 'Incorrect user id or password'));
    }
    const [token, key] = [randomBytes(18).toString('base64url'), randomBytes(32)];
    const endsAt = Date.now() + sessionMs;
    sessions.set(token, { key, endsAt });
    const data = {
      ClientId: config.clientId,
      UserName,
      AuthToken: token,
      Sek: encrypt(Buffer.from(AppKey, 'base64'), key),
      TokenExpiry: new Date(endsAt + 19_800_000).toISOString().slice(0, 19).replace('T', ' '),
    };
    respond(turn, success(data));
  }

  /** The key of the session that a call belongs to; the call is answered when there is none. */
  function keyOf(turn: Turn): Buffer | undefined {
    const { authtoken, user_name } = turn.incoming.request.headers;
    const session = sessions.get(String(authtoken));
    if (session !== undefined && session.endsAt > Date.now() && user_name === config.userName) return session.key;
    respond(turn, refusal('1005', 'Invalid Token'));
    return undefined;
  }

  function registerDocument(turn: Turn): void {
    const key = keyOf(turn);
    if (key === undefined) return;
    const document = checkDocument(decryptJson(key, dataOf(turn)), config.gstin);
    if ('code' in document) return respond(turn, refusal(document.code, document.message));
    const known = register.find(irnOf(document));
    if (known !== undefined) {
      const { AckNo, AckDt, Irn } = known;
      return respond(turn, refusal('2150', 'Duplicate IRN', { InfCd: 'DUPIRN', Desc: { AckNo, AckDt, Irn } }));
    }
    give(turn, key, register.add(document));
  }

  function findDocument(turn: Turn): void {
    const key = keyOf(turn);
    if (key === undefined) return;
    const found = register.find(turn.incoming.params[0] ?? '');
    if (found === undefined) return respond(turn, refusal('2148', 'Requested IRN data is not available'));
    give(turn, key, found);
  }

  function give(turn: Turn, key: Buffer, registered: Registered): void {
    const seal = (answered: Registered) => success(encrypt(key, Buffer.from(JSON.stringify(answered))));
    answer(turn, seal(registered), () => seal({ ...registered, Irn: randomBytes(32).toString('hex') }));
  }

  return {
    routes: [
      route('POST', /^\/eivital\/v1\.04\/auth$/, logIn),
      route('POST', /^\/eicore\/v1\.03\/Invoice$/, registerDocument),
      route('GET', /^\/eicore\/v1\.03\/Invoice\/irn\/([0-9a-f]{64})$/, findDocument),
      {
        // What a restart of the portal, or an hour, does to its clients.
        method: 'POST',
        pattern: /^\/sandbox\/sessions:end$/,
        handle(incoming) {
          sessions.clear();
          respond(begin(incoming, { provider: 'irp' }), { status: 200, body: {} });
        },
      },
    ],
    close: () => register.close(),
  };
}

function dataOf({ incoming }: Turn): string {
  const { Data } = jsonBody(incoming) ?? {};
  return typeof Data === 'string' ? Data : '';
}
