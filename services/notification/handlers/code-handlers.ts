import type { CodeService } from '@doffers/proto/notification/v1/code_service';
import type { Handlers } from '@doffers/rpc';
import { sendCode } from '../usecases/send-code.ts';

type Deps = Parameters<typeof sendCode>[0];

/** Translates CodeService between protobuf and its use case. */
export function createCodeHandlers(deps: Deps): Handlers<typeof CodeService> {
  return {
    async sendCode({ phone, code }, { signal }) {
      return { providerId: await sendCode(deps, { phone, code, signal }) };
    },
  };
}
