/** How many answers are remembered: the way back of the quickest of them is next to nothing. */
const remembered = 64;

/**
 * Turns moments of the database's clock into ours. An answer tells the time it was written at and arrives later, on a
 * busy machine by any delay. Of all answers lately, the one that seems least behind tells best how the clocks differ:
 * with the delay of each answer counted in, the slots of two reservations would be moved into each other.
 */
export function createDatabaseClock(): (answer: { readonly writtenAtMs: number; readonly readAtMs: number }) => number {
  const differences: number[] = [];
  return ({ writtenAtMs, readAtMs }) => {
    differences.push(readAtMs - writtenAtMs);
    if (differences.length > remembered) differences.shift();
    return Math.min(...differences);
  };
}
