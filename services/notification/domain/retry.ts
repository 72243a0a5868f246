/** The walk is pass 0; what is refused for now is sent again in as many more passes, then it has failed. */
export const lastPass = 6;

const longestMs = 15 * 60_000;

/** When a refusal may be tried again. A pair of numbers needs six seconds and four times as long each time. */
export function retryDelayMs(
  pass: number,
  { scope, retryAfterMs = 0 }: { readonly scope: 'sender' | 'recipient'; readonly retryAfterMs?: number | undefined },
): number {
  const backOff = scope === 'recipient' ? 6_000 * 4 ** pass : 1_000 * 2 ** pass;
  return Math.max(retryAfterMs, Math.min(longestMs, backOff));
}
