import { type Channel, deliveryId } from '../domain/channel.ts';
import { dispatchNotFound } from '../domain/dispatch.ts';
import type { DispatchRepository } from '../repositories/dispatch-repository.ts';
import type { Recipient, Recipients } from '../repositories/recipients.ts';

export type RecipientPage = {
  readonly recipients: readonly (Recipient & { readonly deliveryId: string })[];
  readonly nextSeq: number | undefined;
};

/** Recipients by number. @throws DomainError `DISPATCH_NOT_FOUND` */
export async function listRecipients(
  { dispatches, recipients: all }: { readonly dispatches: DispatchRepository; readonly recipients: Recipients },
  { campaignId, channel, from, limit }: { campaignId: string; channel: Channel; from: number; limit: number },
): Promise<RecipientPage> {
  const dispatch = await dispatches.find(campaignId, channel);
  if (!dispatch) throw dispatchNotFound();
  const recipients = await all.list(dispatch, from, limit);
  const next = from + recipients.length;
  return {
    recipients: recipients.map((recipient) => ({
      ...recipient,
      deliveryId: deliveryId(campaignId, channel, recipient.seq),
    })),
    nextSeq: next < dispatch.size ? next : undefined,
  };
}
