/** Two stacks whose offsets differ by this much never share a port; a test proves it for every pair. */
export const portOffsetStep = 2_000;
export const maxPortOffset = 10_000;

/** Whether `offset` is one that a stack may run on. */
export function isPortOffset(offset: number): boolean {
  return Number.isInteger(offset) && offset >= 0 && offset <= maxPortOffset && offset % portOffsetStep === 0;
}

/**
 * Reads `DOFFERS_PORT_OFFSET` as it stands in the environment; nothing means 0, the product's own ports.
 * @throws RangeError for anything that could make two stacks collide.
 */
export function portOffset(value: string | undefined): number {
  const offset = value === undefined || value === '' ? 0 : Number(value);
  if (!isPortOffset(offset)) {
    throw new RangeError(`DOFFERS_PORT_OFFSET must be a multiple of ${portOffsetStep} from 0 to ${maxPortOffset}`);
  }
  return offset;
}
