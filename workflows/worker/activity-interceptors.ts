import { DomainError } from '@doffers/errors';
import { runInCall } from '@doffers/rpc';
import type { Context } from '@temporalio/activity';
import { CancelledFailure, defaultPayloadConverter } from '@temporalio/common';
import type { ActivityInboundCallsInterceptor, ActivityInterceptorsFactory } from '@temporalio/worker';
import { toFailure } from '../activities/failures.ts';
import { type CallHeader, callHeader } from '../contracts/call-header.ts';
import type { WatchAttempt } from './attempts.ts';
import type { LogFailure } from './log-failure.ts';

/** Its calls end this much before the activity times out, so that the attempt still reports what went wrong. */
const marginMs = 500;

type Deps = { readonly watchAttempt: WatchAttempt; readonly logFailure: LogFailure };

/** What every activity has around it, outermost first: who asked, which failures count, and how often it was tried. */
export function activityInterceptors({ watchAttempt, logFailure }: Deps): ActivityInterceptorsFactory {
  return (context) => {
    const inbound: ActivityInboundCallsInterceptor = {
      execute: (input, next) =>
        runInCall(callOf(context, input.headers[callHeader]), async () => {
          watchAttempt(context.info);
          try {
            return await next(input);
          } catch (error) {
            if (isCancellation(error) && context.cancellationSignal.aborted) throw context.cancellationSignal.reason;
            logFailure(context.info, error);
            throw toFailure(error);
          }
        }),
    };
    return { inbound };
  };
}

type Headers = Parameters<NonNullable<ActivityInboundCallsInterceptor['execute']>>[0]['headers'];

/** Without a header, such as after a schedule's start, the run id ties the calls together. */
function callOf({ info, cancellationSignal: signal }: Context, header: Headers[string] | undefined) {
  const { startToCloseTimeoutMs, workflowExecution } = info;
  const fallback = workflowExecution === undefined ? {} : { requestId: workflowExecution.runId };
  const given = header === undefined ? fallback : defaultPayloadConverter.fromPayload<CallHeader>(header);
  const deadline = new Date(Date.now() + Math.max(startToCloseTimeoutMs - marginMs, startToCloseTimeoutMs / 2));
  return { ...given, deadline, signal };
}

/** A call that was cut because the activity was cancelled, in any of the forms in which it arrives here. */
function isCancellation(error: unknown): boolean {
  if (error instanceof DomainError) return error.code === 'cancelled';
  return error instanceof CancelledFailure || (error instanceof Error && error.name === 'AbortError');
}
