import { taskQueues } from '@doffers/workflows/contracts';
import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';

export type ScheduleSpec = {
  /** Names the schedule, and with the time of each run its workflow. */
  readonly id: string;
  readonly workflowType: string;
  readonly args?: readonly unknown[];
  /** How often: every so many milliseconds, or at a time of the day in India. */
  readonly when: { readonly everyMs: number } | { readonly hour: number; readonly minute: number };
  /** What it is for, as the Temporal UI tells it. */
  readonly note: string;
};

/**
 * Sees to it that a schedule exists and is as `spec` says, whoever made it and however it was before. Any number of
 * processes may call it. A run that is due while the one before is still at work is left out, and one that was missed
 * by more than a minute, because the server was away, is not made up for.
 */
export async function keepSchedule({ schedule }: Pick<Client, 'schedule'>, spec: ScheduleSpec): Promise<void> {
  const options = optionsOf(spec);
  try {
    await schedule.create({ scheduleId: spec.id, ...options });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await schedule.getHandle(spec.id).update(({ state }) => ({ ...options, state }));
  }
}

function optionsOf({ id, workflowType, args = [], when, note }: ScheduleSpec) {
  return {
    spec:
      'everyMs' in when
        ? { intervals: [{ every: when.everyMs }] }
        : { calendars: [{ hour: when.hour, minute: when.minute }], timezone: 'Asia/Kolkata' },
    action: {
      type: 'startWorkflow' as const,
      workflowType,
      workflowId: id,
      args: [...args],
      taskQueue: taskQueues.workflow,
      staticSummary: note,
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' as const },
  };
}
