import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { AuthService } from '@doffers/proto/auth/v1/auth_service';
import { type CallContext, type Handlers, requireUser, userOf } from '@doffers/rpc';
import type { SigningKeyRepository } from '../repositories/signing-key-repository.ts';
import { getAccount, grantRole } from '../usecases/accounts.ts';
import type { Deps } from '../usecases/deps.ts';
import { deleteSession, logout } from '../usecases/end-session.ts';
import { getLastOtp } from '../usecases/get-last-otp.ts';
import type { KeyRing } from '../usecases/key-ring.ts';
import { listSessions } from '../usecases/list-sessions.ts';
import { refreshTokens } from '../usecases/refresh-tokens.ts';
import { rotateSigningKeys } from '../usecases/rotate-signing-keys.ts';
import { sendAppOtp } from '../usecases/send-app-otp.ts';
import { sendOtp } from '../usecases/send-otp.ts';
import { verifyAppOtp, verifyOtp } from '../usecases/verify-otp.ts';
import {
  accountToMessage,
  keyToMessage,
  roleOf,
  roleToMessage,
  sentToMessage,
  sessionToMessage,
  tokensToMessage,
} from './auth-message.ts';
import { originOf } from './origin.ts';

type HandlerDeps = Deps & { readonly keys: KeyRing; readonly signingKeys: SigningKeyRepository };

/** Translates AuthService between protobuf and the use cases; holds no rule of its own. */
export function createAuthHandlers(deps: HandlerDeps): Handlers<typeof AuthService> {
  return {
    async sendOtp({ phone }, context) {
      return sentToMessage(await sendOtp(deps, { phone, origin: originOf(context) }));
    },
    async verifyOtp({ challengeId, code }, context) {
      return tokensToMessage(await verifyOtp(deps, { challengeId, code, origin: originOf(context) }));
    },
    async refreshTokens({ refreshToken }, context) {
      const refreshed = await refreshTokens(deps, { refreshToken, origin: originOf(context) });
      return tokensToMessage({ ...refreshed, created: false });
    },
    async logout(_request, context) {
      await logout(deps, requireUser(context), originOf(context));
      return {};
    },
    async listSessions(_request, context) {
      const caller = requireUser(context);
      const sessions = await listSessions(deps, caller);
      return { sessions: sessions.map((session) => sessionToMessage(session, caller.sessionId)) };
    },
    async deleteSession({ sessionId }, context) {
      await deleteSession(deps, requireUser(context), { sessionId, origin: originOf(context) });
      return {};
    },
    async getAccount({ userId }, context) {
      return accountToMessage(await getAccount(deps, { userId, sessionId: sessionOf(userId, context) }));
    },
    async grantRole({ userId, role }, { actorId }) {
      return accountToMessage(await grantRole(deps, { userId, role: roleOf(role), actorId }));
    },
    async sendAppOtp({ phone, role, signUp }, context) {
      const input = { phone, role: roleOf(role), signUp, origin: originOf(context) };
      return sentToMessage(await sendAppOtp(deps, input));
    },
    async verifyAppOtp({ phone, code, role }, context) {
      const asked = roleOf(role);
      const login = await verifyAppOtp(deps, { phone, code, role: asked, origin: originOf(context) });
      return {
        accessToken: login.tokens.accessToken,
        refreshToken: login.tokens.refreshToken,
        account: accountToMessage(login.account),
        newAccount: login.created,
        role: roleToMessage(asked),
        ...(login.signUp && { signUp: login.signUp }),
      };
    },
    async getLastOtp({ phone }) {
      const { code, expiresAt } = await getLastOtp(deps, phone);
      return { code, expireTime: timestampFromDate(expiresAt) };
    },
    async rotateSigningKeys({ now: atOnce }, { actorId }) {
      return { keys: (await rotateSigningKeys(deps, { atOnce, actorId })).map(keyToMessage) };
    },
  };
}

/** The session of the person's own token, where a service asks about that person on their behalf. */
function sessionOf(userId: string, { caller }: CallContext): string | undefined {
  const user = userOf(caller);
  return user?.userId === userId ? user.sessionId : undefined;
}
