/**
 * How far a delivery is. It only ever rises: outcomes and receipts come in any order, and the highest is the truth. A
 * row that waits for another pass (`retry`) is below everything.
 */
export const rank = {
  retry: 5,
  unknown: 15,
  accepted: 20,
  sent: 30,
  final: 35,
  delivered: 40,
  read: 50,
} as const;

/** What became of one member, as one source reports it. */
export type Outcome = {
  readonly seq: number;
  /** 32 hex digits; undefined when a receipt or the end of the books speaks, which do not know the customer. */
  readonly customer: string | undefined;
  readonly state: DeliveryState;
  readonly reason: number;
  /** The provider's own word where `reason` has no number for it. */
  readonly providerCode?: string;
  readonly providerId?: string;
  readonly notBefore?: Date;
};

export type DeliveryState = 'retry' | 'unknown' | 'accepted' | 'sent' | 'failed' | 'suppressed' | 'delivered' | 'read';

const ranks: Readonly<Record<DeliveryState, number>> = {
  ...rank,
  failed: rank.final,
  suppressed: rank.final,
};

export const rankOf = (state: DeliveryState): number => ranks[state];

/** Reasons up to this one are our own decision not to send; above are failures of providers. */
const lastSuppression = 199;

export function stateOf(statusRank: number, reason: number): DeliveryState {
  if (statusRank === rank.final) return reason <= lastSuppression ? 'suppressed' : 'failed';
  const state = (['retry', 'unknown', 'accepted', 'sent', 'delivered', 'read'] as const).find(
    (name) => rank[name] === statusRank,
  );
  if (state === undefined) throw new RangeError(`no state has the rank ${statusRank}`);
  return state;
}

/** A delivery as it stands. */
export type Standing = { readonly rank: number; readonly reason: number; readonly billed: boolean };

/** What a report makes of a delivery. Another refusal for now replaces the one before; nothing else is ever undone. */
export function raise(current: Standing | undefined, { state, reason }: Pick<Outcome, 'state' | 'reason'>): Standing {
  const next = { rank: rankOf(state), reason, billed: current?.billed ?? false };
  if (current === undefined || next.rank > current.rank) return next;
  return next.rank === rank.retry && current.rank === rank.retry ? next : current;
}

/** What a delivery counts as. A message that is on its way counts as accepted until it arrives. */
export const buckets = ['accepted', 'delivered', 'seen', 'failed', 'suppressed', 'unknown', 'retry'] as const;
export type Bucket = (typeof buckets)[number];
export type Tally = Readonly<Record<Bucket, number>>;

export const emptyTally: Tally = {
  accepted: 0,
  delivered: 0,
  seen: 0,
  failed: 0,
  suppressed: 0,
  unknown: 0,
  retry: 0,
};

function bucketOf({ rank: statusRank, reason }: Pick<Standing, 'rank' | 'reason'>): Bucket {
  const state = stateOf(statusRank, reason);
  switch (state) {
    case 'sent':
      return 'accepted';
    case 'read':
      return 'seen';
    default:
      return state;
  }
}

/** How counts change when deliveries go from one standing to another. */
export function tallyChanges(changes: readonly { readonly from: Standing | undefined; readonly to: Standing }[]): {
  readonly tally: Tally;
  readonly billed: number;
  /** By reason, of failures and suppressions. */
  readonly reasons: ReadonlyMap<number, number>;
} {
  const tally: Record<Bucket, number> = { ...emptyTally };
  const reasons = new Map<number, number>();
  let billed = 0;
  for (const { from, to } of changes) {
    if (from) count(from, -1);
    count(to, 1);
    billed += Number(to.billed) - Number(from?.billed ?? false);
  }
  for (const [reason, n] of reasons) if (n === 0) reasons.delete(reason);
  return { tally, billed, reasons };

  function count(standing: Standing, n: 1 | -1) {
    tally[bucketOf(standing)] += n;
    if (standing.rank === rank.final) reasons.set(standing.reason, (reasons.get(standing.reason) ?? 0) + n);
  }
}
