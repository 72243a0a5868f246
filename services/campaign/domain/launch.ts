import { DomainError, type DomainErrorCode } from '@doffers/errors';
import type { Paise } from '@doffers/money';
import type { LaunchPhase } from './campaign.ts';

/** Why a launch failed, as everybody who repeats its request is told. */
export type LaunchFailure = { readonly code: DomainErrorCode; readonly reason: string; readonly message: string };

/** One attempt to send a campaign. */
export type Launch = {
  readonly campaignId: string;
  readonly launchNo: number;
  readonly requestId: string;
  readonly quoteId: string;
  /** As asked for; undefined means at once. */
  readonly askedSendAt: Date | undefined;
  /** As promised by the workflow or moved since; undefined before its answer. */
  readonly sendAt: Date | undefined;
  readonly createdAt: Date;
  /** Undefined until the money is held. */
  readonly held: Paise | undefined;
  readonly captured: Paise;
  readonly released: Paise;
  readonly invoiceId: string | undefined;
  readonly failure: LaunchFailure | undefined;
  readonly finishedAt: Date | undefined;
};

export type LaunchKey = Pick<Launch, 'campaignId' | 'launchNo'>;

/** What the workflow of a launch reports. Money that is not known yet is undefined. */
export type PhaseReport = LaunchKey & {
  readonly phase: LaunchPhase;
  /** Why it failed; a refusal's reason. */
  readonly reason: string;
  readonly held: Paise | undefined;
  readonly captured: Paise | undefined;
  readonly released: Paise | undefined;
  readonly invoiceId: string | undefined;
  readonly sequence: number;
};

const furthestMs = 30 * 24 * 3600 * 1000;

/** @throws DomainError `SEND_TIME_INVALID` */
export function assertSendTime(sendAt: Date, now: Date): void {
  const description =
    sendAt < now
      ? 'lies in the past'
      : sendAt.getTime() - now.getTime() > furthestMs
        ? 'lies too far ahead'
        : undefined;
  if (description === undefined) return;
  const message = 'the send time lies within the next 30 days';
  throw new DomainError('invalid_argument', 'SEND_TIME_INVALID', message, {
    fields: [{ field: 'sendTime', description, reason: 'range' }],
  });
}

/** When the messages go out, as far as it is known. */
export function sendTimeOf({ sendAt, askedSendAt, createdAt }: Launch): Date {
  return sendAt ?? askedSendAt ?? createdAt;
}

/** @throws DomainError `IDEMPOTENCY_KEY_REUSED` when a request id comes again for something else */
export function assertSameLaunch(
  launch: Launch,
  asked: { readonly quoteId: string; readonly sendAt: Date | undefined },
) {
  if (launch.quoteId === asked.quoteId && launch.askedSendAt?.getTime() === asked.sendAt?.getTime()) return;
  throw requestIdReused();
}

export function requestIdReused(): DomainError {
  const message = 'this request id was used before for something else; send a new one';
  return new DomainError('already_exists', 'IDEMPOTENCY_KEY_REUSED', message);
}

export function alreadyLaunched(): DomainError {
  return new DomainError('already_exists', 'ALREADY_LAUNCHED', 'this campaign is launched already');
}

const passing: ReadonlySet<DomainErrorCode> = new Set(['unavailable', 'deadline_exceeded', 'cancelled', 'aborted']);

/**
 * The failure that a refusal makes of a launch; undefined for what says nothing about it: the workflow cannot be asked
 * right now, or is busy with a launch that is known by another request.
 */
export function launchFailure(error: unknown): LaunchFailure | undefined {
  if (!(error instanceof DomainError) || passing.has(error.code) || error.reason === 'ALREADY_LAUNCHED')
    return undefined;
  return { code: error.code, reason: error.reason, message: error.message };
}

export function failureError({ code, reason, message }: LaunchFailure): DomainError {
  return new DomainError(code, reason, message);
}

/** The failure that only a workflow's report tells of. */
export function reportedFailure(reason: string): LaunchFailure {
  const message = 'this launch failed before anything was sent; launch again';
  return { code: 'failed_precondition', reason: reason === '' ? 'LAUNCH_FAILED' : reason, message };
}
