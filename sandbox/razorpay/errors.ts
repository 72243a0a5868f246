import type { Reply } from '../http/reply.ts';

type ErrorFields = {
  readonly field?: string | undefined;
  readonly reason?: string;
  readonly retryAfterSeconds?: number | undefined;
};

export function badRequest(
  description: string,
  { field, reason = 'input_validation_failed' }: ErrorFields = {},
): Reply {
  return refusal(400, 'BAD_REQUEST_ERROR', description, { field, reason });
}

export function unauthorised(): Reply {
  return refusal(401, 'BAD_REQUEST_ERROR', 'Authentication failed', { reason: 'NA' });
}

/** The error of a code, as the fault script asks for it. */
export function errorOfCode(code: string | number, retryAfterSeconds?: number): Reply {
  if (code === 'SERVER_ERROR' || code === 500) {
    return refusal(500, 'SERVER_ERROR', 'We are facing some trouble completing your request at the moment.', {});
  }
  if (code === 'GATEWAY_ERROR' || code === 502) {
    return refusal(502, 'GATEWAY_ERROR', 'Payment processing failed because of an error at the bank.', {});
  }
  if (code === 429 || code === 'RATE_LIMIT') {
    return refusal(429, 'BAD_REQUEST_ERROR', 'Request failed because of too many requests', { retryAfterSeconds });
  }
  return badRequest(`scripted error ${code}`);
}

export function refusal(status: number, code: string, description: string, fields: ErrorFields): Reply {
  return {
    status,
    body: {
      error: {
        code,
        description,
        source: status < 500 ? 'business' : 'internal',
        step: 'payment_initiation',
        reason: fields.reason ?? 'server_error',
        metadata: {},
        ...(fields.field && { field: fields.field }),
      },
    },
    ...(fields.retryAfterSeconds !== undefined && { headers: { 'retry-after': String(fields.retryAfterSeconds) } }),
  };
}
