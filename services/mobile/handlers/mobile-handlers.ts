import type { MobileService, VerifyOtpRequest } from '@doffers/proto/mobile/v1/mobile_service';
import { type CallContext, type Handlers, requireUser } from '@doffers/rpc';
import { type AppUser, appRoles, parsePincode } from '../domain/app-user.ts';
import type { Deps } from '../usecases/deps.ts';
import { sendLoginCode, verifyCode } from '../usecases/log-in.ts';
import { type AppCaller, getMe, updateMe } from '../usecases/my-account.ts';
import { signUp } from '../usecases/sign-up.ts';

/** Translates the app's surface between protobuf and the use cases; holds no rule of its own. */
export function createMobileHandlers(deps: Deps): Handlers<typeof MobileService> {
  const codeSent = { success: true, message: 'A code is on its way to your phone.' };
  return {
    async signUp(request) {
      await signUp(deps, request);
      return codeSent;
    },
    async sendOtp(request) {
      await sendLoginCode(deps, request);
      return codeSent;
    },
    async verifyOtp(request) {
      const { role, phone } = request;
      const { token, refreshToken, ...user } = await verifyCode(deps, { role, phone, otp: otpOf(request) });
      return { success: true, token, refreshToken, user };
    },
    async getMe(_request, context) {
      return { success: true, user: toMessage(await getMe(deps, callerIn(context))) };
    },
    async updateMe({ name, address, pincode }, context) {
      const changes = {
        ...(name === undefined ? {} : { name }),
        ...(address === undefined ? {} : { address }),
        ...(pincode === undefined ? {} : { pincode }),
      };
      return { success: true, user: toMessage(await updateMe(deps, callerIn(context), changes)) };
    },
    async getLastOtp({ phone }) {
      const { code, expiresAt } = await deps.accounts.lastCode(phone);
      return { success: true, otp: code, expiresAt: expiresAt.toISOString() };
    },
    async getPincode(request) {
      const { pincode, state, district, areas } = await deps.people.findPlace(parsePincode(request.pincode));
      return { success: true, pincode, state, district, areas: areas.map((area) => ({ ...area, block: '' })) };
    },
    async getHealth() {
      return { status: 'ok' };
    },
  };
}

/** Tokens of this surface carry the one role that the person logged in with. */
function callerIn(context: CallContext): AppCaller {
  const { userId, roles } = requireUser(context);
  return { userId, role: appRoles.find((role) => roles.includes(role)) ?? 'customer' };
}

function otpOf({ otp }: VerifyOtpRequest): string | number {
  switch (otp?.kind.case) {
    case 'stringValue':
    case 'numberValue':
      return otp.kind.value;
    default:
      return '';
  }
}

function toMessage({ createdAt, ...user }: AppUser) {
  return { ...user, createdAt: createdAt.toISOString() };
}
