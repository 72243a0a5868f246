/** Where messages can go; a line of a campaign's price has the name of its channel. */
export const channels = ['whatsapp', 'push', 'in_app'] as const;
export type MessageChannel = (typeof channels)[number];

/** So many messages of each channel; a channel that is not named has none. */
export type MessageUnits = { readonly [Channel in MessageChannel]?: number };

/** What is left of the messages that one pack or plan includes on one channel. */
export type UnitsLeft = { readonly entitlementId: string; readonly channel: string; readonly left: number };

/** Messages that a hold uses of one entitlement. */
export type UnitUse = { readonly entitlementId: string; readonly channel: string; readonly units: number };

/**
 * Which included messages pay for which lines: each line takes as many as there are, in the order of `left`, which is
 * by their end. What remains of a line is paid by the wallet.
 */
export function allot(
  lines: readonly { readonly line: string; readonly quantity: number }[],
  left: readonly UnitsLeft[],
): readonly UnitUse[] {
  return lines.flatMap(({ line, quantity }) => {
    let open = quantity;
    return left.flatMap(({ entitlementId, channel, left }) => {
      const units = channel === line ? Math.min(open, left) : 0;
      open -= units;
      return units > 0 ? [{ entitlementId, channel, units }] : [];
    });
  });
}

/** How many messages of a channel are included. */
export function includedOf(uses: readonly UnitUse[], line: string): number {
  return uses.reduce((sum, { channel, units }) => (channel === line ? sum + units : sum), 0);
}

/**
 * Takes `unused` messages back from what uses them. The order of `uses` is by their end, so it is walked backwards: what
 * lasts longest is given back first, as it would have been used last.
 */
export function unusedOf(uses: readonly UnitUse[], unused: ReadonlyMap<string, number>): readonly UnitUse[] {
  const open = new Map(unused);
  return uses.toReversed().flatMap(({ entitlementId, channel, units }) => {
    const back = Math.min(units, open.get(channel) ?? 0);
    open.set(channel, (open.get(channel) ?? 0) - back);
    return back > 0 ? [{ entitlementId, channel, units: back }] : [];
  });
}
