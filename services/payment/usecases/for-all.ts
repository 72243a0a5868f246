/**
 * Does something for each, one after the other, also when it fails for some: none of them must wait for another one.
 *
 * @throws AggregateError with what failed, once all had their turn
 */
export async function forAll<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const failures: unknown[] = [];
  for (const item of items) await work(item).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} of ${items.length} failed`);
}
