import type { SecondFactorService } from '@doffers/proto/auth/v1/second_factor_service';
import { type Handlers, requireUser } from '@doffers/rpc';
import { confirmTotp, enrollTotp, type FactorDeps, raiseSession, verifyTotp } from '../usecases/second-factor.ts';
import { tokensToMessage } from './auth-message.ts';
import { originOf } from './origin.ts';

/** Translates SecondFactorService between protobuf and the use cases; holds no rule of its own. */
export function createSecondFactorHandlers(deps: FactorDeps): Handlers<typeof SecondFactorService> {
  return {
    enrollTotp: (_request, context) => enrollTotp(deps, requireUser(context)),
    async confirmTotp({ code }, context) {
      const holder = requireUser(context);
      const recoveryCodes = await confirmTotp(deps, { userId: holder.userId, code, origin: originOf(context) });
      const raised = await raiseSession(deps, holder);
      return { tokens: tokensToMessage({ ...raised, created: false }), recoveryCodes: [...recoveryCodes] };
    },
    async verifyTotp({ code }, context) {
      const holder = requireUser(context);
      const raised = await verifyTotp(deps, { holder, code, origin: originOf(context) });
      return tokensToMessage({ ...raised, created: false });
    },
  };
}
