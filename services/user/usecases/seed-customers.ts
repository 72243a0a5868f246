import { istDay } from '@doffers/calendar';
import { createSyntheticCustomers, type Home } from '../domain/audience/synthetic-customer.ts';
import { pincodeUnknown } from '../domain/place.ts';
import type { PincodeDirectory } from '../repositories/pincode-directory.ts';
import type { SyntheticCustomerStore } from '../repositories/synthetic-customer-store.ts';

export type SeedInput = {
  /** How many synthetic customers there shall be. */
  readonly customers: number;
  /** They live around this PIN code, more of them the nearer. */
  readonly pincode: string;
  readonly seed: number;
};

const radiusM = 25_000;
const halfAsManyM = 8_000;
const addedAtOnce = 5_000;

/**
 * Adds synthetic customers until there are as many as asked for; so many already, and nothing changes. It goes on after
 * a crash, since customers are added in order and a batch is one transaction.
 *
 * @param onProgress told how many there are after each batch
 * @throws DomainError `PINCODE_UNKNOWN`
 */
export async function seedCustomers(
  deps: {
    readonly store: SyntheticCustomerStore;
    readonly directory: Pick<PincodeDirectory, 'neighbours'>;
    readonly now: () => Date;
  },
  { customers, pincode, seed }: SeedInput,
  onProgress: (there: number) => void = () => undefined,
): Promise<{ readonly added: number; readonly there: number }> {
  const { store, directory, now } = deps;
  const make = createSyntheticCustomers(seed, await homesAround(directory, pincode));
  const before = await store.count();
  const times = { now: now(), today: istDay(now()) };
  for (let from = before; from < customers; from += addedAtOnce) {
    const to = Math.min(customers, from + addedAtOnce);
    await store.add(
      Array.from({ length: to - from }, (_, at) => make(from + at)),
      times,
    );
    onProgress(to);
  }
  const there = Math.max(before, customers);
  return { added: there - before, there };
}

async function homesAround(directory: Pick<PincodeDirectory, 'neighbours'>, pincode: string): Promise<Home[]> {
  const around = (await directory.neighbours()).around(pincode, { radiusM, minCount: 20 });
  if (around === undefined) throw pincodeUnknown(pincode, 'pincode');
  return around.map(({ pincode: pin, distanceM }) => ({
    pin: Number(pin),
    weight: 1 / (1 + (distanceM / halfAsManyM) ** 2),
  }));
}
