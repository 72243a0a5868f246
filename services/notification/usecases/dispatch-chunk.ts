import type { Channel } from '../domain/channel.ts';
import { emptyTally, type Tally } from '../domain/delivery.ts';
import { dispatchNotFound } from '../domain/dispatch.ts';
import { groupsIn, pageSizeOf, type Range, rangeOnGrid } from '../domain/grid.ts';
import { leadMs } from './claim-moment.ts';
import type { DispatchDeps } from './dispatch-deps.ts';
import { createMemberPages } from './member-pages.ts';
import { type ChunkEvent, throwIfEnded, type Walk } from './walk.ts';
import { walkGroup } from './walk-group.ts';

export type DispatchChunkInput = {
  readonly campaignId: string;
  readonly channel: Channel;
  readonly pass: number;
  readonly range: Range;
  readonly token: bigint;
  readonly budgetMs: number;
  readonly signal: AbortSignal;
};

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

async function* walk(call: Walk): AsyncGenerator<ChunkEvent> {
  const { deps, dispatch, range, pass, budgetMs, signals } = call;
  const until = deps.now().getTime() + budgetMs;
  const signal = AbortSignal.any([...signals]);
  const known = await deps.ledger.groupsOf(dispatch, pass, range);
  const members = createMemberPages({
    range,
    groupSize: dispatch.groupSize,
    pageSize:
      pass > 0 ? dispatch.groupSize : pageSizeOf(dispatch.channel, dispatch.groupSize, dispatch.sender?.ratePerSecond),
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
    const { tally = emptyTally, ...halted } = step;
    yield { ...toEvent(next, tally), ...halted };
    if ('halt' in step) return;
  }
}

const toEvent = (nextSeq: number, tally: Tally): ChunkEvent => {
  const { accepted, failed, suppressed: withheld, unknown, retry } = tally;
  return { nextSeq, accepted, failed, suppressed: withheld, unknown, retry };
};
