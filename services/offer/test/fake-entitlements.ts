import { DomainError } from '@doffers/errors';
import type { Entitlements } from '../clients/entitlements.ts';

type FakeEntitlements = Entitlements & {
  /** What became of each offer's unit. */
  readonly units: Map<string, 'used' | 'returned'>;
  granted: number;
  used(): number;
  /** Lets the next call die: before it reaches payment, or after payment did it. */
  cutOff: 'before' | 'after' | undefined;
};

/** Payment's count of one shop, with its rules: once per offer, refusals are not remembered, what went back stays back. */
export function fakeEntitlements(granted = 5): FakeEntitlements {
  const units: FakeEntitlements['units'] = new Map();
  const outage = () => new DomainError('unavailable', 'SERVICE_UNAVAILABLE', 'payment is away');
  const fake: FakeEntitlements = {
    units,
    granted,
    cutOff: undefined,
    used: () => [...units.values()].filter((state) => state === 'used').length,
    reserve: ({ offerId }) =>
      cuttable(() => {
        const state = units.get(offerId);
        if (state === 'returned') throw new DomainError('aborted', 'VOIDED', 'this was given back');
        if (state === undefined && fake.used() >= fake.granted) {
          throw new DomainError('failed_precondition', 'PACK_EXHAUSTED', 'buy a pack');
        }
        units.set(offerId, 'used');
      }),
    giveBack: ({ offerId }) => cuttable(() => void units.set(offerId, 'returned')),
  };

  async function cuttable(work: () => void): Promise<void> {
    const { cutOff } = fake;
    fake.cutOff = undefined;
    if (cutOff === 'before') throw outage();
    work();
    if (cutOff === 'after') throw outage();
  }

  return fake;
}
