import { emptyTally, type Outcome, type Tally } from '../domain/delivery.ts';
import { superseded } from '../domain/dispatch.ts';
import { claimerLost } from '../domain/reason.ts';
import type { GroupKey } from '../repositories/ledger-statements.ts';
import { leadMs, prepareGroup, type Ready } from './claim-moment.ts';
import { reachNotices, unreachableNotices } from './group-notices.ts';
import type { Member } from './member-pages.ts';
import { suppressed } from './send-group.ts';
import { heldUp, judgeSender } from './sender-health.ts';
import { notRunning, outsideWindow, type Step, type Visit, type Walk } from './walk.ts';

export async function walkGroup(call: Walk, visit: Visit): Promise<Step> {
  const { dispatch, pass, token } = call;
  const { group, known } = visit;
  if (known?.claim?.closed) return { tally: asOutcomes(known.tally) };
  if (pass > 0 && !known?.tally.retry) return { tally: emptyTally };
  const key: GroupKey = { dispatch, pass, members: group };
  if (known?.claim) {
    if (known.claim.token >= token) throw superseded();
    return takeOver(call, key, visit);
  }
  return dispatch.channel === 'in_app' ? writeInbox(call, key, visit) : claimAndSend(call, key, visit);
}

/** In-app has nothing outside the database: claim, outcomes and inbox are one transaction. */
async function writeInbox(call: Walk, key: GroupKey, visit: Visit): Promise<Step> {
  const { deps, dispatch, token } = call;
  const closed = outsideWindow(call, deps.now());
  if (closed) return closed;
  const outcomes = (await visit.members(visit.group)).map(
    (member): Outcome =>
      member.gate === 0
        ? { seq: member.seq, customer: member.customer, state: 'accepted', reason: 0 }
        : suppressed(member),
  );
  deps.reached('before-claim');
  const claimed = await deps.ledger.write(key, token, outcomes, reachNotices(call, key, outcomes));
  if (claimed === 'not_running') return notRunning(deps, dispatch);
  if (claimed === 'taken') return afterOther(call, key, visit);
  deps.reached('after-close');
  return { tally: tallyOf(outcomes) };
}

async function claimAndSend(call: Walk, key: GroupKey, visit: Visit): Promise<Step> {
  const { deps, dispatch, pass, token } = call;
  const ready = await prepareGroup(call, visit);
  if ('halt' in ready) return ready;
  deps.reached('before-claim');
  const claimingAt = deps.now().getTime();
  const claimed = await deps.ledger.claim(key, token);
  const tookMs = deps.now().getTime() - claimingAt;
  call.lead.ms = Math.min(leadMs.most, Math.max(leadMs.least, 10 + 1.5 * tookMs));
  if (claimed === 'not_running') return notRunning(deps, dispatch);
  if (claimed === 'taken') return afterOther(call, key, visit);
  deps.reached('after-claim');
  const due = pass === 0 ? ready.members : await waitingOf(call, key, ready.members);
  return sendAndClose(call, key, { members: due, slots: ready.slots });
}

async function waitingOf({ deps }: Walk, key: GroupKey, members: readonly Member[]): Promise<readonly Member[]> {
  const waiting = await deps.ledger.unsent(key);
  return members.filter(({ seq }) => waiting.has(seq));
}

async function sendAndClose(call: Walk, key: GroupKey, { members, slots }: Ready): Promise<Step> {
  const { deps, dispatch, content, pass, token } = call;
  const { channel } = dispatch;
  if (channel === 'in_app') throw new Error('in-app messages are written, not sent');
  const open = members.filter(({ gate }) => gate === 0);
  const sent = await deps.send[channel]({ dispatch, content, pass, members: open, slots, now: deps.now });
  deps.reached('after-send-before-close');
  const outcomes = [...members.filter(({ gate }) => gate !== 0).map(suppressed), ...sent.outcomes];
  const notices = [...unreachableNotices(dispatch, sent.unreachable, deps.now()), ...reachNotices(call, key, outcomes)];
  const closed = await deps.ledger.close(key, token, outcomes, notices);
  if (!closed) throw superseded();
  deps.reached('after-close');
  return { tally: tallyOf(outcomes), ...(await judgeSender(deps, dispatch, content.whatsapp, sent.answers)) };
}

/** Somebody claimed the group after this call had looked. */
async function afterOther(call: Walk, key: GroupKey, visit: Visit): Promise<Step> {
  const { deps, dispatch, pass, token } = call;
  const known = (await deps.ledger.groupsOf(dispatch, pass, visit.group)).get(visit.group.from);
  if (known?.claim?.closed) return { tally: asOutcomes(known.tally) };
  if (!known?.claim || known.claim.token >= token) throw superseded();
  return takeOver(call, key, visit);
}

/**
 * Goes on where an older call died. On WhatsApp a copy costs money and trust, so members without a row stay unknown; a
 * push shows once however often it is sent, so it is sent again under the same id.
 */
async function takeOver(call: Walk, key: GroupKey, visit: Visit): Promise<Step> {
  const { deps, dispatch, content, token } = call;
  const marketing = dispatch.channel === 'whatsapp';
  if (!marketing) {
    // Sent once more, so everything that could forbid a claim forbids this, too.
    const current = await deps.dispatches.find(dispatch.campaignId, dispatch.channel);
    if (current?.state !== 'running') return notRunning(deps, dispatch);
    const held = (await heldUp(deps, dispatch, content.whatsapp)) ?? outsideWindow(call, deps.now());
    if (held) return held;
  }
  const members = await visit.members(visit.group);
  if (!(await deps.ledger.takeOver(key, token))) return afterOther(call, key, visit);
  const left = await waitingOf(call, key, members);
  if (!marketing) return sendAndClose(call, key, { members: left, slots: undefined });
  const outcomes = left.map(({ seq, customer }): Outcome => ({ seq, customer, state: 'unknown', reason: claimerLost }));
  if (!(await deps.ledger.close(key, token, outcomes))) throw superseded();
  return { tally: tallyOf(outcomes) };
}

function tallyOf(outcomes: readonly Outcome[]): Tally {
  const count = (state: Outcome['state']) => outcomes.reduce((n, outcome) => n + Number(outcome.state === state), 0);
  return {
    ...emptyTally,
    accepted: count('accepted'),
    failed: count('failed'),
    suppressed: count('suppressed'),
    unknown: count('unknown'),
    retry: count('retry'),
  };
}

/** Receipts may have moved a closed group on; to its sender these were accepted. */
const asOutcomes = (tally: Tally): Tally => ({ ...tally, accepted: tally.accepted + tally.delivered + tally.seen });
