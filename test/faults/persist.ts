import { setTimeout as sleep } from 'node:timers/promises';
import type { RestResponse } from '@doffers/testkit';
import { type SuccessOf, succeeded } from '../e2e/campaign-steps.ts';

const giveUpAfterMs = 180_000;

/** Repeats a request under its id as an app does while the platform is away, and answers the body of its success. */
export const persist: SuccessOf = async (call) => {
  for (const until = Date.now() + giveUpAfterMs; ; ) {
    const answer = await call().catch((error: unknown) => error);
    const away = answer instanceof Error || (answer as RestResponse).status >= 500;
    if (!away) return succeeded(answer as RestResponse);
    if (Date.now() > until) throw new Error('the platform did not come back', { cause: answer });
    await sleep(200);
  }
};
