import { duration } from '../console/format.ts';

/** One thing that happened, and how long it took. */
export type Step = { readonly step: string; readonly ms: number };

/** Does something and tells it once it is done; `told` may depend on what came of it. */
export type TakeStep = <T>(told: string | ((result: T) => string), act: () => Promise<T>) => Promise<T>;

export function createSteps(say: (text: string) => void): { readonly step: TakeStep; readonly taken: readonly Step[] } {
  const taken: Step[] = [];
  return {
    taken,
    async step(told, act) {
      const began = performance.now();
      const result = await act();
      const ms = Math.round(performance.now() - began);
      const text = typeof told === 'string' ? told : told(result);
      taken.push({ step: text, ms });
      say(`✓ ${text}  (${duration(ms)})`);
      return result;
    },
  };
}
