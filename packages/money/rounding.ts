/**
 * `numerator / denominator` to the nearest whole number, halves away from zero: the magnitude is rounded first and the
 * sign applied after, so that a refund mirrors its charge to the paisa.
 */
export function divideRounded(numerator: bigint, denominator: bigint): bigint {
  const magnitude = numerator < 0n ? -numerator : numerator;
  const rounded = (2n * magnitude + denominator) / (2n * denominator);
  return numerator < 0n ? -rounded : rounded;
}
