/** How long auth accepts a code; part of what the message says. */
const validMinutes = 5;

/**
 * The text of a one-time code. The operators pass on only what is registered with them word for word (DLT), so it
 * changes together with its registration, and ends in the sender's registered header.
 */
export function codeMessage(code: string, senderId: string): string {
  return `${code} is your D-Offers code. It is valid for ${validMinutes} minutes. Do not share it with anyone. -${senderId}`;
}
