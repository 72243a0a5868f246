import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createExchange, type ExchangeOutcome, parseJson, retryAfterMs } from '@doffers/provider-http';
import { z } from 'zod';
import type { EInvoiceJson } from '../domain/e-invoice-json.ts';
import { decrypt, encrypt, sealCredentials } from './irp-cipher.ts';

/** What is known after one call. `unknown` may have taken effect: asking again then finds a duplicate. */
export type IrpOutcome<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'duplicate'; readonly irn: string }
  | { readonly kind: 'refused'; readonly code: string; readonly description: string }
  | { readonly kind: 'unknown'; readonly reason: string; readonly retryAfterMs?: number };

export type Registration = {
  readonly irn: string;
  readonly acknowledgement: string;
  readonly acknowledgedAt: string;
  readonly signedQr: string;
};

export type Irp = {
  register(document: EInvoiceJson): Promise<IrpOutcome<Registration>>;
  /** What was registered under a reference number; the portal answers for two days. */
  find(irn: string): Promise<IrpOutcome<Registration>>;
  close(): Promise<void>;
};

export type IrpOptions = {
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly gstin: string;
  readonly userName: string;
  readonly password: string;
  /** The portal's public key, PEM. Read at each log-in, so that a new one needs no restart. */
  readonly publicKeyFile: string;
  readonly deadlineMs?: number;
};

type Session = { readonly token: string; readonly key: Buffer };

const errors = z.array(z.object({ ErrorCode: z.coerce.string(), ErrorMessage: z.string() })).nullish();
const duplicate = z.object({ InfCd: z.literal('DUPIRN'), Desc: z.object({ Irn: z.string() }) });
const envelope = z.object({
  Status: z.coerce.number(),
  Data: z.unknown(),
  ErrorDetails: errors,
  InfoDtls: z.array(z.unknown()).nullish(),
});
const login = z.object({ AuthToken: z.string(), Sek: z.string() });
const registration = z
  .object({
    Irn: z.string().regex(/^[0-9a-f]{64}$/),
    AckNo: z.coerce.string().regex(/^\d{1,20}$/),
    AckDt: z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
    SignedQRCode: z.string().regex(/^[\w-]+\.[\w-]+\.[\w-]+$/),
  })
  .transform(
    ({ Irn, AckNo, AckDt, SignedQRCode }): Registration => ({
      irn: Irn,
      acknowledgement: AckNo,
      acknowledgedAt: AckDt,
      signedQr: SignedQRCode,
    }),
  );

const invalidToken = '1005';

/**
 * The Invoice Registration Portal's own API (authentication 1.04, invoices 1.03). One session serves all calls until the
 * portal forgets it. Never throws for what the portal does; a call is repeated once, under a new session.
 */
export function createIrp(options: IrpOptions): Irp {
  const { baseUrl, clientId, clientSecret, gstin, userName, deadlineMs = 10_000 } = options;
  const { origin, pathname } = new URL(baseUrl);
  const exchange = createExchange({ origin, connections: 4, deadlineMs });
  const prefix = pathname.replace(/\/$/, '');
  const common = { client_id: clientId, client_secret: clientSecret, gstin, 'content-type': 'application/json' };
  let session: Promise<IrpOutcome<Session>> | undefined;

  /** Never rejects, since all calls that wait share its answer: what cannot be sent is not known to have failed. */
  async function logIn(): Promise<IrpOutcome<Session>> {
    try {
      return await openSession();
    } catch (error) {
      return { kind: 'unknown', reason: `log_in: ${error instanceof Error ? error.message : String(error)}` };
    }
  }

  async function openSession(): Promise<IrpOutcome<Session>> {
    const appKey = randomBytes(32);
    const credentials = {
      UserName: userName,
      Password: options.password,
      AppKey: appKey.toString('base64'),
      ForceRefreshAccessToken: false,
    };
    const Data = sealCredentials(await readFile(options.publicKeyFile, 'utf8'), credentials);
    const path = `${prefix}/eivital/v1.04/auth`;
    const body = JSON.stringify({ Data });
    return judge(await exchange.send({ method: 'POST', path, headers: common, body }), (data) => {
      const { AuthToken, Sek } = login.parse(data);
      return { token: AuthToken, key: decrypt(appKey, Sek) };
    });
  }

  async function call(method: 'GET' | 'POST', path: string, document?: object): Promise<IrpOutcome<Registration>> {
    session ??= logIn();
    const used = session;
    const opened = await used;
    if (opened.kind !== 'ok') {
      if (session === used) session = undefined;
      return opened;
    }
    const { token, key } = opened.value;
    const sealed = document && { body: JSON.stringify({ Data: encrypt(key, Buffer.from(JSON.stringify(document))) }) };
    const headers = { ...common, user_name: userName, authtoken: token };
    const outcome = await exchange.send({ method, path: `${prefix}/eicore/v1.03${path}`, headers, ...sealed });
    const answer = judge(outcome, (data) =>
      registration.parse(JSON.parse(decrypt(key, z.string().parse(data)).toString('utf8'))),
    );
    if (answer.kind === 'refused' && answer.code === invalidToken && session === used) session = undefined;
    return answer;
  }

  /** A session ends while it is used, or with the portal's own restart; a second refusal is one. */
  async function callAgain(...request: Parameters<typeof call>): Promise<IrpOutcome<Registration>> {
    const answer = await call(...request);
    return answer.kind === 'refused' && answer.code === invalidToken ? call(...request) : answer;
  }

  return {
    register: (document) => callAgain('POST', '/Invoice', document),
    find: (irn) => callAgain('GET', `/Invoice/irn/${irn}`),
    close: () => exchange.close(),
  };
}

function judge<T>(outcome: ExchangeOutcome, read: (data: unknown) => T): IrpOutcome<T> {
  if (outcome.kind !== 'reply') return { kind: 'unknown', reason: outcome.reason };
  const { status, headers, body } = outcome;
  const parsed = envelope.safeParse(parseJson(body));
  if (status !== 200 || !parsed.success) {
    const waitMs = retryAfterMs(headers);
    return { kind: 'unknown', reason: `status_${status}`, ...(waitMs !== undefined && { retryAfterMs: waitMs }) };
  }
  const { Status, Data, ErrorDetails, InfoDtls } = parsed.data;
  if (Status === 1) {
    try {
      return { kind: 'ok', value: read(Data) };
    } catch {
      return { kind: 'unknown', reason: 'unreadable_answer' };
    }
  }
  for (const info of InfoDtls ?? []) {
    const known = duplicate.safeParse(info);
    if (known.success) return { kind: 'duplicate', irn: known.data.Desc.Irn };
  }
  const [first] = ErrorDetails ?? [];
  if (first === undefined) return { kind: 'unknown', reason: 'refused_without_reason' };
  return { kind: 'refused', code: first.ErrorCode, description: first.ErrorMessage };
}
