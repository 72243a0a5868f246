// A set of members of a group: one bit each, least significant first.

/** The positions whose bit is set. */
export function bitsOf(set: Uint8Array): number[] {
  return Array.from(set, (byte, at) =>
    [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => ((byte >> bit) & 1) === 1).map((bit) => at * 8 + bit),
  ).flat();
}

/** What is in `reported` and not yet in `known`. */
export function newBits(known: Uint8Array, reported: Uint8Array): Uint8Array {
  return reported.map((byte, at) => byte & ~(known[at] ?? 0));
}

export function union(one: Uint8Array, other: Uint8Array): Uint8Array {
  const longer = one.length > other.length ? one : other;
  return Uint8Array.from(longer, (_, at) => (one[at] ?? 0) | (other[at] ?? 0));
}
