/** WhatsApp's codes that are about the person, not about us: whoever gets one is left alone for a while, or for good. */
const codes: ReadonlyMap<number, 'rest' | 'opt_out'> = new Map([
  [131026, 'rest'], // not on WhatsApp, or an app too old
  [131030, 'rest'], // not on the list of a test number
  [131049, 'rest'], // Meta's own limit of marketing per person; `user` knows that it lasts shorter
  [131050, 'opt_out'], // stopped marketing in WhatsApp itself
]);

/** What a code says about the person; undefined when it says nothing. */
export function contactFailure(code: number | string | undefined): 'rest' | 'opt_out' | undefined {
  return code === undefined ? undefined : codes.get(Number(code));
}
