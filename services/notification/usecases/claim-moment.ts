import { lastSlot, type Slots } from '../domain/pacing.ts';
import type { Member } from './member-pages.ts';
import { heldUp } from './sender-health.ts';
import { type Halted, notRunning, outsideWindow, throwIfEnded, type Visit, type Walk } from './walk.ts';

/** How long before its first slot a group is claimed: a little longer than the claim before took, or slots are missed. */
export const leadMs = { least: 20, most: 500 };
export type Ready = { readonly members: readonly Member[]; readonly slots: Slots | undefined };

/** Waits for the group's slots and reads its members; whatever says no here has claimed nothing. */
export async function prepareGroup(call: Walk, { group, known, members, signal }: Visit): Promise<Ready | Halted> {
  const { deps, dispatch, content, pass } = call;
  const { sender } = dispatch;
  // Slots are not spent on a campaign that is paused; the claim decides for good.
  const [held, current] = await Promise.all([
    heldUp(deps, dispatch, content.whatsapp),
    sender && deps.dispatches.find(dispatch.campaignId, dispatch.channel),
  ]);
  if (held) return held;
  if (sender === undefined)
    return outsideWindow(call, deps.now()) ?? { members: await members(group), slots: undefined };
  if (current?.state !== 'running') return notRunning(deps, dispatch);
  // Slots for those who will get a message: one that nobody uses is lost to all campaigns of the sender.
  const count = pass === 0 ? (await members(group)).filter(isReachable).length : (known?.tally.retry ?? 1);
  if (count === 0) return { members: await members(group), slots: undefined };
  const slots = await deps.senders.reserve(sender.id, count, call.lead.ms);
  const closed = outsideWindow(call, new Date(lastSlot(slots)));
  if (closed) return closed;
  // Asked for again before the wait, so that they are here when the first slot comes.
  void members(group).catch(() => undefined);
  const waitMs = slots.firstMs - call.lead.ms - deps.now().getTime();
  if (waitMs > 0) await deps.sleep(waitMs, signal).catch(() => undefined);
  throwIfEnded(call.signals);
  return { members: await members(group), slots };
}

const isReachable = ({ gate, phone }: Member) => gate === 0 && phone !== '';
