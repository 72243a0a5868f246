import { DomainError, type DomainErrorCode } from '@doffers/errors';
import type { Logger } from 'pino';
import type { Caller } from './call-context.ts';

export type CallLog = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

const outages: ReadonlySet<DomainErrorCode> = new Set(['unavailable', 'deadline_exceeded']);

export type FailedCall = {
  readonly rpc: string;
  readonly requestId: string;
  readonly caller: string;
  readonly seconds: number;
  readonly error: unknown;
};

/**
 * One line for a call that failed, never with its messages. A bug is an error with its stack; what is down or too slow
 * is a warning with its cause; a refusal is the caller's business.
 */
export function logFailure(log: CallLog, { error, seconds, ...call }: FailedCall): void {
  const ms = Math.round(seconds * 1_000);
  if (!(error instanceof DomainError)) {
    log.error({ ...call, ms, err: error }, 'call failed by a bug');
    return;
  }
  const line = { ...call, ms, code: error.code, reason: error.reason };
  if (error.code === 'cancelled') log.debug(line, 'call cancelled by the caller');
  else if (outages.has(error.code)) log.warn({ ...line, err: error }, 'call failed');
  else log.info(line, 'call refused');
}

/** Names a caller in one word or two. */
export function describeCaller(caller: Caller): string {
  switch (caller.kind) {
    case 'anonymous':
      return 'anonymous';
    case 'user':
      return `user:${caller.userId}`;
    case 'service':
      return caller.user === undefined
        ? `service:${caller.name}`
        : `service:${caller.name} for user:${caller.user.userId}`;
  }
}
