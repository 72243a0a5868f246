import {
  condition,
  continueAsNew,
  defineSignal,
  defineUpdate,
  executeChild,
  proxyActivities,
  setHandler,
} from '@temporalio/workflow';
import type { CallHeader } from '../contracts/call-header.ts';
import { activityClasses } from '../lib/activity-classes.ts';

export type Asked = Partial<CallHeader>;
export type AskActivities = { whoAsks(): Promise<Asked> };
export type Relayed = Readonly<Record<'start' | 'child' | 'signal' | 'afterContinueAsNew', Asked>>;

export const askUpdate = defineUpdate<Asked>('ask');
export const askSignal = defineSignal('askSignal');

const { whoAsks } = proxyActivities<AskActivities>(activityClasses.read);

/** Asks in every way in which a workflow can start something. */
export async function relayWorkflow(before?: Omit<Relayed, 'afterContinueAsNew'>): Promise<Relayed> {
  let signal: Asked | undefined;
  setHandler(askUpdate, () => whoAsks());
  setHandler(askSignal, async () => void (signal = await whoAsks()));
  if (before !== undefined) return { ...before, afterContinueAsNew: await whoAsks() };
  const [start, child] = [await whoAsks(), await executeChild(childWorkflow)];
  await condition(() => signal !== undefined);
  return continueAsNew<typeof relayWorkflow>({ start, child, signal: signal as Asked });
}

export async function childWorkflow(): Promise<Asked> {
  return whoAsks();
}
