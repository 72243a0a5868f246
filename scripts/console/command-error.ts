/** Something that the person at the keyboard can put right; printed as one message, without a stack. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
