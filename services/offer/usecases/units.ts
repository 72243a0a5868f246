import { DomainError } from '@doffers/errors';
import type { Unit } from '../domain/unit.ts';
import type { Deps } from './deps.ts';

type UnitDeps = Pick<Deps, 'units' | 'entitlements' | 'newId' | 'now'>;

/** Longer than any caller waits for a creation, and than its calls may take. */
const abandonedMs = 120_000;
/** A deletion returns its unit itself; the sweep only helps where that was cut off. */
const cutOffMs = 5_000;
const atOnce = 50;

/**
 * Reserves a unit for a new offer before that is stored, and answers the offer's id. What a crash leaves of it is found
 * again by the same request id, or given back by the sweep.
 *
 * @returns undefined when the unit was given up meanwhile: begin again
 * @throws DomainError `PACK_EXHAUSTED`, after which nothing is left
 */
export async function reserveUnit(
  deps: UnitDeps,
  { shopId, requestId }: { readonly shopId: string; readonly requestId: string },
): Promise<string | undefined> {
  const unit = await deps.units.begin({ offerId: deps.newId(), shopId }, { requestId, now: deps.now() });
  if (unit === undefined) return undefined;
  if (unit.state === 'returning') {
    await returnUnit(deps, unit);
    return undefined;
  }
  try {
    await deps.entitlements.reserve(unit);
    return unit.offerId;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    if (error.reason === 'VOIDED') return undefined;
    // Given back as well, because a repetition of this call may have got a unit that was bought in between.
    if (error.reason === 'PACK_EXHAUSTED' && (await deps.units.giveUp(unit))) await returnSoon(deps, unit);
    throw error;
  }
}

/** Gives a unit back at once if payment answers, else the sweep does it. */
export async function returnSoon(deps: UnitDeps, unit: Unit): Promise<void> {
  await returnUnit(deps, unit).catch(() => undefined);
}

/** Gives back what was cut off on its way. Answers how many units that were; what fails stays for the next time. */
export async function sweepUnits(deps: UnitDeps, onFailure: (error: unknown, unit: Unit) => void): Promise<number> {
  const before = (ms: number) => new Date(deps.now().getTime() - ms);
  const overdue = await deps.units.listOverdue({ reserving: before(abandonedMs), returning: before(cutOffMs) }, atOnce);
  let returned = 0;
  for (const unit of overdue) {
    try {
      if (unit.state === 'reserving' && !(await deps.units.giveUp(unit))) continue;
      await returnUnit(deps, unit);
      returned++;
    } catch (error) {
      onFailure(error, unit);
    }
  }
  return returned;
}

async function returnUnit({ entitlements, units }: UnitDeps, unit: Unit): Promise<void> {
  await entitlements.giveBack(unit);
  await units.forget(unit);
}
