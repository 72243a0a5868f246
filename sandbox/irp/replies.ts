import type { Reply } from '../http/reply.ts';

/** The portal answers 200 to everything that it has read; `Status` says how it went. */
export function success(data: unknown): Reply {
  return { status: 200, body: { Status: 1, Data: data, ErrorDetails: null, InfoDtls: null } };
}

export function refusal(code: string, message: string, info?: object): Reply {
  const ErrorDetails = [{ ErrorCode: code, ErrorMessage: message }];
  return { status: 200, body: { Status: 0, Data: null, ErrorDetails, InfoDtls: info === undefined ? null : [info] } };
}

/** The error of a code, as the fault script asks for it. */
export function errorOfCode(code: string | number, retryAfterSeconds?: number): Reply {
  if (typeof code === 'number' && code >= 400 && code < 600) {
    const headers = retryAfterSeconds === undefined ? {} : { headers: { 'retry-after': String(retryAfterSeconds) } };
    return { status: code, body: '', ...headers };
  }
  return refusal(String(code), `scripted error ${code}`);
}
