import { defineUpdate, setHandler } from '@temporalio/workflow';
import { UpdatableTimer } from '../lib/updatable-timer.ts';

export const moveUpdate = defineUpdate<void, [{ days: number }]>('move');
export const fireUpdate = defineUpdate('fire');

const dayMs = 86_400_000;

/** Waits for a number of days, which can be changed meanwhile. */
export async function patientWorkflow(days: number): Promise<void> {
  const begin = Date.now();
  const timer = new UpdatableTimer(begin + days * dayMs);
  setHandler(moveUpdate, (to) => void (timer.deadline = begin + to.days * dayMs));
  setHandler(fireUpdate, () => timer.fire());
  await timer.wait();
}
