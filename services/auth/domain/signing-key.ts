import { accessLifetimeMs } from './session.ts';

/** `next` is published and signs later, `current` signs, `previous` is published until its last token has expired. */
export type KeyState = 'next' | 'current' | 'previous';

export type KeyStanding = {
  readonly id: string;
  readonly state: KeyState;
  readonly createdAt: Date;
  /** When it began to sign. */
  readonly promotedAt: Date | undefined;
  /** When it stopped. */
  readonly retiredAt: Date | undefined;
};

/** What a step of the rotation does; ids name keys, `create` needs a new one. */
export type RotationStep = {
  readonly create: boolean;
  readonly promote: string | undefined;
  readonly forget: readonly string[];
};

const dayMs = 24 * 3_600_000;
/** How long verifiers may go on without the newest keys; twice that passes before a published key signs. */
export const publishedMaxAgeSeconds = 600;
const publishedBeforeMs = 2 * publishedMaxAgeSeconds * 1_000;
const signsForMs = 30 * dayMs;
const clockSkewMs = 60_000;
const longestToken = Math.max(...Object.values(accessLifetimeMs));

/**
 * Decides the next step: there is always a key that signs and one that is published to follow it; a key goes when the
 * last token it signed has expired.
 *
 * @param now at once: lets a published key follow although the current one is young, for one that leaked
 */
export function rotationStep(
  keys: readonly KeyStanding[],
  { now, atOnce }: { readonly now: Date; readonly atOnce: boolean },
): RotationStep {
  const age = (since: Date | undefined) => (since === undefined ? Number.NaN : now.getTime() - since.getTime());
  const next = keys.find(({ state }) => state === 'next');
  const current = keys.find(({ state }) => state === 'current');
  const isPublished = next !== undefined && age(next.createdAt) >= publishedBeforeMs;
  const isDue = current !== undefined && (atOnce || age(current.promotedAt) >= signsForMs);
  const promote = isPublished && isDue ? next.id : undefined;
  const forget = keys
    .filter(({ state, retiredAt }) => state === 'previous' && age(retiredAt) > longestToken + clockSkewMs)
    .map(({ id }) => id);
  return { create: next === undefined || promote !== undefined, promote, forget };
}
