import type { Reply } from '../http/reply.ts';

type ErrorRow = { readonly status: number; readonly rpc: string; readonly message: string };

/** FCM's error codes and how they travel: an HTTP status, a google.rpc status and the code in the details. */
const table: Readonly<Record<string, ErrorRow>> = {
  UNREGISTERED: { status: 404, rpc: 'NOT_FOUND', message: 'Requested entity was not found.' },
  INVALID_ARGUMENT: { status: 400, rpc: 'INVALID_ARGUMENT', message: 'Request contains an invalid argument.' },
  SENDER_ID_MISMATCH: { status: 403, rpc: 'PERMISSION_DENIED', message: 'SenderId mismatch' },
  QUOTA_EXCEEDED: { status: 429, rpc: 'RESOURCE_EXHAUSTED', message: 'Message rate exceeded.' },
  UNAVAILABLE: { status: 503, rpc: 'UNAVAILABLE', message: 'The service is currently unavailable.' },
  INTERNAL: { status: 500, rpc: 'INTERNAL', message: 'Internal error encountered.' },
  THIRD_PARTY_AUTH_ERROR: {
    status: 401,
    rpc: 'UNAUTHENTICATED',
    message: 'Auth error from APNS or Web Push Service',
  },
};

export function isFcmErrorCode(code: string): boolean {
  return code in table;
}

export function fcmError(
  code: string,
  options: { message?: string; retryAfterSeconds?: number | undefined } = {},
): Reply {
  const row = table[code] ?? { status: 500, rpc: 'UNKNOWN', message: 'Unknown error.' };
  const detail = { '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode: code };
  return rpcError({ status: row.status, rpc: row.rpc, message: options.message ?? row.message }, [detail], options);
}

/** A request that does not fit the API at all: the details name the field and are no FcmError. */
export function badRequest(field: string, description: string): Reply {
  const detail = {
    '@type': 'type.googleapis.com/google.rpc.BadRequest',
    fieldViolations: [{ field, description }],
  };
  return rpcError({ status: 400, rpc: 'INVALID_ARGUMENT', message: description }, [detail]);
}

export function unauthenticated(reason: string): Reply {
  const detail = {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason,
    domain: 'googleapis.com',
    metadata: { service: 'fcm.googleapis.com' },
  };
  const message =
    'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.';
  return rpcError({ status: 401, rpc: 'UNAUTHENTICATED', message }, [detail]);
}

export function permissionDenied(project: string): Reply {
  const message = `Permission 'cloudmessaging.messages.create' denied on resource '//cloudresourcemanager.googleapis.com/projects/${project}' (or it may not exist).`;
  return rpcError({ status: 403, rpc: 'PERMISSION_DENIED', message }, []);
}

function rpcError(row: ErrorRow, details: object[], options: { retryAfterSeconds?: number | undefined } = {}): Reply {
  return {
    status: row.status,
    body: { error: { code: row.status, message: row.message, status: row.rpc, details } },
    ...(options.retryAfterSeconds !== undefined && { headers: { 'retry-after': String(options.retryAfterSeconds) } }),
  };
}
