import { DomainError } from '@doffers/errors';
import type { Channel } from '../domain/channel.ts';
import type { Content } from '../domain/dispatch.ts';
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
};

/**
 * Sends one message to look at.
 *
 * @throws DomainError `NO_CONTACT`, `PROVIDER_REFUSED` or `PROVIDER_UNAVAILABLE`
 */
export async function sendTest(
  { sendOne }: Deps,
  input: SendTestInput,
): Promise<{ deliveryId: string; providerId: string }> {
  const deliveryId = `${input.campaignId}.t.${input.number}`;
  const answer = await sendOne({ ...input, deliveryId });
  if (answer === undefined) {
    const message = 'there is no number or device to send a test to; log in on the app first';
    throw new DomainError('failed_precondition', 'NO_CONTACT', message);
  }
  switch (answer.kind) {
    case 'accepted':
      return { deliveryId, providerId: answer.providerId };
    case 'failed':
    case 'stop_sender':
    case 'pause_campaign':
      throw new DomainError(
        'failed_precondition',
        'PROVIDER_REFUSED',
        'the provider refused this message; check text and template',
        {
          info: { code: String(answer.code) },
        },
      );
    case 'retry':
    case 'unknown':
      throw new DomainError(
        'unavailable',
        'PROVIDER_UNAVAILABLE',
        'the provider does not answer right now; try again in a moment',
        {
          retryAfterSeconds: 10,
        },
      );
  }
}
