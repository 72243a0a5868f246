import type { Logger } from '@doffers/process';
import type { Info } from '@temporalio/activity';
import { Counter, type Registry } from 'prom-client';

const suspicious = 20;

export type WatchAttempt = (info: Info) => void;

/**
 * Makes activities visible that do not get through by themselves. Most are retried without end, so that nothing is lost
 * in a long outage; without an alarm nobody would ever see the one that never succeeds.
 */
export function createWatchAttempt(log: Logger, registry: Registry): WatchAttempt {
  const attempts = new Counter({
    name: 'doffers_activity_late_attempts_total',
    help: `Attempts of activities from the ${suspicious}th on.`,
    labelNames: ['activity', 'task_queue'],
    registers: [registry],
  });
  return ({ attempt, activityType, taskQueue, workflowExecution }) => {
    if (attempt < suspicious) return;
    attempts.inc({ activity: activityType, task_queue: taskQueue });
    log.error(
      { activity: activityType, taskQueue, attempt, workflowId: workflowExecution?.workflowId },
      'an activity does not get through',
    );
  };
}
