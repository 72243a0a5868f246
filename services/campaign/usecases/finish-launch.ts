import { failureError, type Launch, launchFailure, sendTimeOf } from '../domain/launch.ts';
import type { Deps } from './deps.ts';

/**
 * Takes a launch that was begun to its end: asks the workflow, unless the answer is known, and notes what it said. Safe
 * to repeat and to run twice at once: the workflow knows the launch by its number and request.
 *
 * @throws DomainError the launch's refusal, or `WORKFLOWS_UNAVAILABLE`, after which it stays open
 */
export async function finishLaunch(
  { launches, workflows, now }: Pick<Deps, 'launches' | 'workflows' | 'now'>,
  launch: Launch,
  shopId: string,
): Promise<Launch> {
  const { campaignId, launchNo, requestId } = launch;
  if (launch.failure !== undefined) throw failureError(launch.failure);
  if (launch.held !== undefined) return launch;
  try {
    const answer = await workflows.launch({ campaignId, shopId, launchNo, requestId, sendAt: sendTimeOf(launch) });
    return await launches.succeed(launch, answer, now());
  } catch (error) {
    const failure = launchFailure(error);
    if (failure !== undefined) await launches.fail(launch, failure, now());
    throw error;
  }
}
