import { DomainError } from '@doffers/errors';
import type { Channel } from '../domain/channel.ts';
import type { Content } from '../domain/dispatch.ts';
import type { TestSends } from '../repositories/test-sends.ts';
import type { ProviderAnswer } from './send-group.ts';

export type SendTestInput = {
  readonly campaignId: string;
  readonly userId: string;
  readonly channel: Channel;
  readonly content: Content;
  /** Numbers the tests of a campaign. */
  readonly number: number;
};

type Deps = {
  /** Sends one message outside all counts; undefined when the person cannot be reached on the channel. */
  readonly sendOne: (message: SendTestInput & { readonly deliveryId: string }) => Promise<ProviderAnswer | undefined>;
  readonly testSends: TestSends;
  readonly now: () => Date;
};

/**
 * Sends one message to look at, once for each number: a repetition answers what came of the first call. When that is not
 * known, as after a crash, it is not sent again.
 *
 * @throws DomainError `NO_CONTACT`, `PROVIDER_REFUSED` or `PROVIDER_UNAVAILABLE`
 */
export async function sendTest(
  { sendOne, testSends, now }: Deps,
  input: SendTestInput,
): Promise<{ deliveryId: string; providerId: string }> {
  const deliveryId = `${input.campaignId}.t.${input.number}`;
  const begun = await testSends.begin(input, now());
  if (begun !== 'begun') {
    if (begun.providerId === undefined) throw unavailable('it may be on its way; ask for another test');
    return { deliveryId, providerId: begun.providerId };
  }
  const answer = await sendOne({ ...input, deliveryId });
  if (answer?.kind === 'accepted') {
    await testSends.sent(input, answer.providerId);
    return { deliveryId, providerId: answer.providerId };
  }
  if (answer?.kind === 'unknown') throw unavailable('it may be on its way; ask for another test');
  await testSends.refused(input);
  if (answer === undefined) {
    const message = 'there is no number or device to send a test to; log in on the app first';
    throw new DomainError('failed_precondition', 'NO_CONTACT', message);
  }
  if (answer.kind === 'retry') throw unavailable('try again in a moment');
  const message = 'the provider refused this message; check text and template';
  throw new DomainError('failed_precondition', 'PROVIDER_REFUSED', message, { info: { code: String(answer.code) } });
}

function unavailable(what: string): DomainError {
  const message = `the provider does not answer right now: ${what}`;
  return new DomainError('unavailable', 'PROVIDER_UNAVAILABLE', message, { retryAfterSeconds: 10 });
}
