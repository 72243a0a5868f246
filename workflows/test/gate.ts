/** A promise that a test resolves at a moment of its choice, to hold an activity until then. */
export function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: () => resolve() };
}
