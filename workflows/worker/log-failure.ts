import { DomainError } from '@doffers/errors';
import type { Logger } from '@doffers/process';
import type { Info } from '@temporalio/activity';
import { isPassing } from '../activities/failures.ts';

export type LogFailure = (info: Info, error: unknown) => void;

/**
 * One line for an attempt that failed, in place of the SDK's, which knows only what the history gets: here a bug still
 * has its stack and its cause. A refusal is an answer like any other, and the workflow deals with it.
 */
export function createLogFailure(log: Logger): LogFailure {
  return ({ activityType: activity, taskQueue, attempt, workflowExecution }, error) => {
    const fields = { activity, taskQueue, attempt, workflowId: workflowExecution?.workflowId };
    if (!(error instanceof DomainError)) {
      log.error({ ...fields, err: error }, 'activity failed by a bug');
    } else if (isPassing(error)) {
      log.warn({ ...fields, code: error.code, reason: error.reason, err: error }, 'activity failed');
    } else {
      log.info({ ...fields, code: error.code, reason: error.reason }, 'activity refused');
    }
  };
}
