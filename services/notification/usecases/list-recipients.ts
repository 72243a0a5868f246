import { type Channel, deliveryId } from '../domain/channel.ts';
import { dispatchNotFound } from '../domain/dispatch.ts';
import type { DispatchRepository } from '../repositories/dispatch-repository.ts';
import type { Recipient, Recipients } from '../repositories/recipients.ts';

type RecipientQuery = {
  readonly campaignId: string;
  readonly channel: Channel;
  readonly from: number;
  readonly limit: number;
  /** Such as `SUPPRESSED`; empty: all. */
  readonly state: string;
};

export type RecipientPage = {
  readonly recipients: readonly (Recipient & { readonly deliveryId: string })[];
  readonly nextSeq: number | undefined;
};

/** At most so many members are looked through for one page. */
const lookThrough = 20_000;
const windowSize = 1_000;

/**
 * Recipients by number; with a state only those, and then a page may be short while another follows.
 *
 * @throws DomainError `DISPATCH_NOT_FOUND`
 */
export async function listRecipients(
  { dispatches, recipients: all }: { readonly dispatches: DispatchRepository; readonly recipients: Recipients },
  { campaignId, channel, from, limit, state }: RecipientQuery,
): Promise<RecipientPage> {
  const dispatch = await dispatches.find(campaignId, channel);
  if (!dispatch) throw dispatchNotFound();
  const found: Recipient[] = [];
  const last = Math.min(dispatch.size, from + lookThrough);
  let next = from;
  while (next < last && found.length < limit) {
    const part = await all.list(dispatch, next, state === '' ? limit : windowSize);
    const fitting = part.filter((recipient) => state === '' || recipient.state === state);
    const taken = fitting.slice(0, limit - found.length);
    found.push(...taken);
    const cut = taken.length < fitting.length ? taken.at(-1) : undefined;
    next = cut ? cut.seq + 1 : next + part.length;
  }
  return {
    recipients: found.map((recipient) => ({
      ...recipient,
      deliveryId: deliveryId(campaignId, channel, recipient.seq),
    })),
    nextSeq: next < dispatch.size ? next : undefined,
  };
}
