/** Why a push will never reach this device. */
export type PushFailureClass =
  /** The app is gone, or the token was never one: forget it. */
  | 'token_dead'
  /** The token belongs to another project: forget it, and look at how it came here. */
  | 'wrong_sender'
  /** Our own message is wrong: the same for every device. */
  | 'payload';

export type PushOutcome =
  | { readonly kind: 'accepted'; readonly providerId: string }
  | { readonly kind: 'retry'; readonly code: string; readonly retryAfterMs?: number }
  | { readonly kind: 'failed'; readonly code: string; readonly class: PushFailureClass }
  /** Credentials, ours or those for Apple: nobody can be reached until a person has looked. */
  | { readonly kind: 'pause_campaign'; readonly code: string }
  | { readonly kind: 'unknown'; readonly reason: string };

export type HttpAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly data?: unknown;
};

/** What the SDK throws: its own code, and the answer of the server when there was one. */
export type SdkError = {
  readonly code: string;
  readonly answer?: HttpAnswer | undefined;
  /** `code` of the error below, such as ECONNREFUSED. */
  readonly causeCode?: string | undefined;
};

/** FCM asks for at least a minute when the quota of the project is used up and it names no time itself. */
const quotaWaitMs = 60_000;

/** What an error of the SDK means for the sender of campaigns. */
export function judgeSdkError(error: SdkError, retryAfterMs: number | undefined): PushOutcome {
  const code = error.code.replace(/^(messaging|app)\//, '');
  const after = retryAfterMs === undefined ? {} : { retryAfterMs };
  switch (code) {
    case 'registration-token-not-registered':
    case 'installation-id-not-registered':
      return { kind: 'failed', code, class: 'token_dead' };
    case 'invalid-argument':
    case 'invalid-registration-token':
      return { kind: 'failed', code, class: blamesToken(error.answer) ? 'token_dead' : 'payload' };
    case 'invalid-payload':
    case 'invalid-recipient':
    case 'invalid-data-payload-key':
    case 'payload-size-limit-exceeded':
      return { kind: 'failed', code, class: 'payload' };
    case 'mismatched-credential':
      return judgeForbidden(error, code);
    case 'message-rate-exceeded':
    case 'device-message-rate-exceeded':
      return { kind: 'retry', code, retryAfterMs: retryAfterMs ?? quotaWaitMs };
    case 'server-unavailable':
    case 'internal-error':
      return { kind: 'retry', code, ...after };
    case 'third-party-auth-error':
    case 'authentication-error':
      return { kind: 'pause_campaign', code };
    case 'invalid-credential':
      return error.causeCode && nothingSent.has(error.causeCode)
        ? { kind: 'retry', code: 'not_sent' }
        : { kind: 'pause_campaign', code };
    case 'network-error':
      return error.causeCode && nothingSent.has(error.causeCode)
        ? { kind: 'retry', code: 'not_sent' }
        : { kind: 'unknown', reason: 'cut' };
    case 'network-timeout':
      return { kind: 'unknown', reason: 'deadline' };
    default:
      return { kind: 'unknown', reason: code };
  }
}

/** Below the SDK: no connection, or no access token for now. Nothing of the message has left. */
const nothingSent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EAGAIN']);

/**
 * A refused argument is the token's fault only when FCM itself says so: `google.rpc.BadRequest` names a field of our
 * message, and deleting tokens for that would empty the device table by one bad campaign.
 */
function blamesToken(answer: HttpAnswer | undefined): boolean {
  const types = detailTypes(answer);
  return types.some((type) => type.endsWith('v1.FcmError')) && !types.some((type) => type.endsWith('rpc.BadRequest'));
}

/** The SDK gives one code to a token of another project and to a service account without permission. */
function judgeForbidden({ answer }: SdkError, code: string): PushOutcome {
  const isToken = detailTypes(answer).some((type) => type.endsWith('v1.FcmError'));
  return isToken ? { kind: 'failed', code, class: 'wrong_sender' } : { kind: 'pause_campaign', code };
}

function detailTypes(answer: HttpAnswer | undefined): string[] {
  const data = answer?.data as { error?: { details?: { '@type'?: unknown }[] } } | undefined;
  const details = data?.error?.details;
  return Array.isArray(details) ? details.map((detail) => String(detail['@type'])) : [];
}
