import type { GstTiming } from '../domain/supply.ts';
import type { TaxRepository } from '../repositories/tax-repository.ts';

/**
 * Makes sure that the service begins with the timing under which its wallets were filled: under the other one, what they
 * buy would be taxed twice or never.
 *
 * @throws Error that says what to set
 */
export async function assertGstTiming(tax: Pick<TaxRepository, 'latestTiming'>, timing: GstTiming): Promise<void> {
  const used = await tax.latestTiming();
  if (used === undefined || used === timing) return;
  throw new Error(
    `GST_TIMING is ${timing}, but wallets were filled under ${used}, which holds for good: set it to that`,
  );
}
