import { hasTool } from '../setup/tools.ts';
import { type Check, outcomeOf, run, skipped } from './step.ts';

/** Envoy itself accepts every rendering of its template and calls nothing in it deprecated. */
export const gatewayConfig: Check = {
  name: 'Envoy accepts its configuration',
  async run() {
    if (!hasTool('envoy')) return skipped('Envoy is not set up here; npm run setup brings it');
    return outcomeOf(await run(process.execPath, 'gateway/validate.ts'));
  },
};
