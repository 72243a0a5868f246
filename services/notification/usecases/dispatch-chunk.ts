import { isWithinSendWindow, nextSendTime, parseSendWindow } from '@doffers/calendar';
import { DomainError } from '@doffers/errors';
import { type Channel, channelCode } from '../domain/channel.ts';
import { emptyTally, type Outcome, type Tally } from '../domain/delivery.ts';
import { type Content, type Dispatch, dispatchNotFound, superseded } from '../domain/dispatch.ts';
import { groupsIn, type Range, rangeOnGrid } from '../domain/grid.ts';
import { idFromHex } from '../domain/hex.ts';
import { claimerLost } from '../domain/reason.ts';
import type { GroupKey, KnownGroup, Notice, Slots } from '../repositories/ledger.ts';
import type { DispatchDeps } from './dispatch-deps.ts';
import { createMemberPages, type Member } from './member-pages.ts';
import { type Sent, suppressed, type Unreachable } from './send-group.ts';

export type DispatchChunkInput = {
  readonly campaignId: string;
  readonly channel: Channel;
  readonly pass: number;
  readonly range: Range;
  readonly token: bigint;
  readonly budgetMs: number;
  readonly signal: AbortSignal;
};

export type Halt = 'budget' | 'paused' | 'stopped' | 'window' | 'sender';

/** What just happened: a group that is closed now, or why the call ends before its range does. */
export type ChunkEvent = {
  readonly nextSeq: number;
  readonly accepted: number;
  readonly failed: number;
  readonly suppressed: number;
  readonly unknown: number;
  readonly retry: number;
  readonly halt?: Halt;
  readonly resumeAt?: Date;
};

/** How long before its first slot a group is claimed: a little longer than the claim before took, or slots are missed. */
const leadMs = { least: 20, most: 500 };
/** When to ask again after the provider refused everybody but did not stop the sender. */
const askAgainMs = 60_000;

/**
 * Sends the groups of a range one after the other. Each is claimed durably, sent, and closed behind its token; a group
 * that an older call left open is taken over. The call ends at once when a younger one took its range, and after the
 * group in flight when it is cancelled.
 *
 * @throws DomainError `DISPATCH_NOT_FOUND`, `OFF_GRID`, `SUPERSEDED` or `CANCELLED`
 */
export async function* dispatchChunk(deps: DispatchDeps, input: DispatchChunkInput): AsyncGenerator<ChunkEvent> {
  const { campaignId, channel, pass, token } = input;
  const dispatch = await deps.dispatches.find(campaignId, channel);
  const content = dispatch && (await deps.dispatches.content(dispatch.contentId));
  if (!dispatch || !content) throw dispatchNotFound();
  const range = rangeOnGrid(dispatch, input.range);
  const turn = await deps.turns.enter(`${campaignId}/${channel}/${pass}`, range, token);
  try {
    yield* walk({
      deps,
      dispatch,
      content,
      range,
      pass,
      token,
      budgetMs: input.budgetMs,
      signals: [input.signal, turn.superseded],
      lead: { ms: leadMs.least },
    });
  } finally {
    turn.leave();
  }
}

type Walk = {
  readonly deps: DispatchDeps;
  readonly dispatch: Dispatch;
  readonly content: Content;
  readonly range: Range;
  readonly pass: number;
  readonly token: bigint;
  readonly budgetMs: number;
  readonly signals: readonly AbortSignal[];
  /** Adapts to how long claims take. */
  readonly lead: { ms: number };
};

type Step = { readonly tally: Tally } | { readonly halt: Halt; readonly resumeAt?: Date; readonly tally?: Tally };

async function* walk(call: Walk): AsyncGenerator<ChunkEvent> {
  const { deps, dispatch, range, pass, budgetMs, signals } = call;
  const until = deps.now().getTime() + budgetMs;
  const signal = AbortSignal.any([...signals]);
  const known = await deps.ledger.groupsOf(dispatch, pass, range);
  const members = createMemberPages({
    range,
    pageSize: pageSizeOf(dispatch, pass),
    read: (part) => deps.readMembers(dispatch.audienceId, dispatch.channel, part, signal),
    now: deps.now,
  });
  for (const group of groupsIn(dispatch, range)) {
    throwIfEnded(signals);
    if (deps.now().getTime() >= until) {
      yield { ...toEvent(group.from, emptyTally), halt: 'budget' };
      return;
    }
    const step = await walkGroup(call, { group, known: known.get(group.from), members, signal });
    // A group that was sent counts, also when the sender was stopped with it.
    const next = step.tally ? group.to : group.from;
    const { halt, resumeAt } = 'halt' in step ? step : {};
    yield { ...toEvent(next, step.tally ?? emptyTally), ...(halt && { halt }), ...(resumeAt && { resumeAt }) };
    if (halt) return;
  }
}

function throwIfEnded([cancelled, taken]: readonly AbortSignal[]): void {
  if (taken?.aborted) throw superseded();
  if (cancelled?.aborted) {
    if (cancelled.reason instanceof DomainError) throw cancelled.reason;
    throw new DomainError('cancelled', 'CANCELLED', 'the call was cancelled', { cause: cancelled.reason });
  }
}

type Visit = {
  readonly group: Range;
  readonly known: KnownGroup | undefined;
  readonly members: (group: Range) => Promise<readonly Member[]>;
  readonly signal: AbortSignal;
};

async function walkGroup(call: Walk, visit: Visit): Promise<Step> {
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
  const ready = await prepareGroup(call, key, visit);
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

type Ready = { readonly members: readonly Member[]; readonly slots: Slots | undefined };

/** Waits for the group's slots and reads its members; whatever says no here has claimed nothing. */
async function prepareGroup(
  call: Walk,
  key: GroupKey,
  { group, known, members, signal }: Visit,
): Promise<Ready | (Step & { halt: Halt })> {
  const { deps, dispatch, pass } = call;
  const { sender } = dispatch;
  if (sender === undefined)
    return outsideWindow(call, deps.now()) ?? { members: await members(group), slots: undefined };
  const stoppedUntil = await deps.ledger.stoppedUntil(sender.id);
  if (stoppedUntil) return { halt: 'sender', resumeAt: stoppedUntil };
  // Slots are not spent on a campaign that is paused; the claim decides for good.
  const current = await deps.dispatches.find(dispatch.campaignId, dispatch.channel);
  if (current?.state !== 'running') return notRunning(deps, dispatch);
  const count = pass === 0 ? key.members.to - key.members.from : (known?.tally.retry ?? 1);
  const slots = await deps.ledger.reserve(sender.id, sender.ratePerSecond, count, call.lead.ms);
  const lastMs = slots.firstMs + ((count - 1) * slots.intervalMicros) / 1_000;
  const closed = outsideWindow(call, new Date(lastMs));
  if (closed) return closed;
  void members(group).catch(() => undefined);
  const waitMs = slots.firstMs - call.lead.ms - deps.now().getTime();
  if (waitMs > 0) await deps.sleep(waitMs, signal).catch(() => undefined);
  throwIfEnded(call.signals);
  return { members: await members(group), slots };
}

function outsideWindow({ dispatch }: Walk, at: Date): { readonly halt: 'window'; readonly resumeAt: Date } | undefined {
  const window = parseSendWindow(dispatch.sendWindow);
  return isWithinSendWindow(window, at) ? undefined : { halt: 'window', resumeAt: nextSendTime(window, at) };
}

async function notRunning(
  { dispatches }: DispatchDeps,
  { campaignId, channel }: Dispatch,
): Promise<{ readonly halt: Halt }> {
  const current = await dispatches.find(campaignId, channel);
  return { halt: current?.state === 'paused' ? 'paused' : 'stopped' };
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
  const notices = [...unreachableNotices(dispatch, sent.unreachable), ...reachNotices(call, key, outcomes)];
  const closed = await deps.ledger.close(key, token, outcomes, notices);
  if (!closed) throw superseded();
  deps.reached('after-close');
  return { tally: tallyOf(outcomes), ...(await haltAfter(call, sent)) };
}

async function haltAfter(
  { deps, dispatch }: Walk,
  { halt }: Sent,
): Promise<{ readonly halt: Halt; readonly resumeAt: Date } | undefined> {
  if (!halt) return undefined;
  const resumeAt = new Date(deps.now().getTime() + askAgainMs);
  if (halt.senderStopped && dispatch.sender) await deps.ledger.stopSender(dispatch.sender.id, halt.code, resumeAt);
  return { halt: 'sender', resumeAt };
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
  const { deps, dispatch, token } = call;
  const marketing = dispatch.channel === 'whatsapp';
  if (!marketing) {
    const current = await deps.dispatches.find(dispatch.campaignId, dispatch.channel);
    if (current?.state !== 'running') return notRunning(deps, dispatch);
  }
  const members = await visit.members(visit.group);
  if (!(await deps.ledger.takeOver(key, token))) return afterOther(call, key, visit);
  const left = await waitingOf(call, key, members);
  if (!marketing) return sendAndClose(call, key, { members: left, slots: undefined });
  const outcomes = left.map(({ seq, customer }): Outcome => ({ seq, customer, state: 'unknown', reason: claimerLost }));
  if (!(await deps.ledger.close(key, token, outcomes))) throw superseded();
  return { tally: tallyOf(outcomes) };
}

/** One page is what one second sends at most, so that gates are never older than that. */
function pageSizeOf({ channel, groupSize, sender }: Dispatch, pass: number): number {
  const wanted =
    pass > 0 ? groupSize : channel === 'whatsapp' ? Math.min(1_000, sender?.ratePerSecond ?? 1_000) : 1_000;
  return Math.max(1, Math.floor(wanted / groupSize)) * groupSize;
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

const toEvent = (nextSeq: number, tally: Tally): ChunkEvent => {
  const { accepted, failed, suppressed: withheld, unknown, retry } = tally;
  return { nextSeq, accepted, failed, suppressed: withheld, unknown, retry };
};

function unreachableNotices({ channel }: Dispatch, unreachable: readonly Unreachable[]): Notice[] {
  return unreachable.map(({ customer, token, code, optedOut }) => {
    const customerId = idFromHex(customer);
    const payload = {
      customerId,
      channel: channelCode[channel],
      token: token ?? '',
      code,
      optedOut: optedOut ?? false,
    };
    return { topic: 'user.unreachable', key: `customer/${customerId}`, payload };
  });
}

/** Which members of the group got a promotional message, one bit each: for the frequency cap. */
function reachNotices({ deps, dispatch }: Walk, { members, pass }: GroupKey, outcomes: readonly Outcome[]): Notice[] {
  const reached = outcomes.filter(({ state }) => state === 'accepted' || state === 'unknown');
  if (!deps.recordReach || reached.length === 0) return [];
  const bits = new Uint8Array(Math.ceil((members.to - members.from) / 8));
  for (const { seq } of reached)
    bits[(seq - members.from) >> 3] = (bits[(seq - members.from) >> 3] ?? 0) | (1 << ((seq - members.from) & 7));
  const payload = {
    audienceId: dispatch.audienceId,
    channel: channelCode[dispatch.channel],
    firstSeq: members.from,
    reached: Buffer.from(bits).toString('base64'),
    reachTime: deps.now().toISOString(),
    pass,
  };
  return [
    {
      topic: 'user.reach',
      key: `reach/${dispatch.campaignId}/${channelCode[dispatch.channel]}/${members.from}`,
      payload,
    },
  ];
}
