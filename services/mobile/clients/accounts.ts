import { timestampDate } from '@bufbuild/protobuf/wkt';
import { DomainError } from '@doffers/errors';
import { Role } from '@doffers/proto/access/v1/access';
import type { AuthService } from '@doffers/proto/auth/v1/auth_service';
import type { Client } from '@doffers/rpc';
import type { AppRole } from '../domain/app-user.ts';

export type SignUpDetails = {
  readonly name: string;
  readonly pincode: string;
  readonly city: string;
  readonly address: string;
};

type Proven = {
  readonly token: string;
  readonly refreshToken: string;
  readonly userId: string;
  /** E.164. */
  readonly phone: string;
  /** What was told at the sign-up that made the account. */
  readonly signUp: SignUpDetails | undefined;
};

/** Accounts, codes and tokens, as auth keeps them. */
export type Accounts = {
  sendCode(request: { phone: string; role: AppRole; details?: SignUpDetails }): Promise<void>;
  verifyCode(request: { phone: string; role: AppRole; code: string }): Promise<Proven>;
  read(userId: string): Promise<{ readonly phone: string; readonly createdAt: Date }>;
  /** The last code sent to a number; in sandbox mode only. */
  lastCode(phone: string): Promise<{ readonly code: string; readonly expiresAt: Date }>;
};

const roleMessages: Record<AppRole, Role> = {
  customer: Role.CUSTOMER,
  shopkeeper: Role.SHOPKEEPER,
  admin: Role.ADMIN,
};

export function createAccounts(auth: Client<typeof AuthService>): Accounts {
  return {
    async sendCode({ phone, role, details }) {
      await auth.sendAppOtp({ phone, role: roleMessages[role], ...(details ? { signUp: details } : {}) });
    },
    async verifyCode({ phone, role, code }) {
      const set = await auth.verifyAppOtp({ phone, code, role: roleMessages[role] }).catch(asUnauthenticated);
      const { accessToken: token, refreshToken, account, signUp } = set;
      return { token, refreshToken, userId: account?.userId ?? '', phone: account?.phone ?? '', signUp };
    },
    async read(userId) {
      const { phone, createTime } = await auth.getAccount({ userId });
      return { phone, createdAt: createTime ? timestampDate(createTime) : new Date(0) };
    },
    async lastCode(phone) {
      const { code, expireTime } = await auth.getLastOtp({ phone });
      return { code, expiresAt: expireTime ? timestampDate(expireTime) : new Date(0) };
    },
  };
}

/** That app tells a wrong code from a wrong form by the status: 401. */
function asUnauthenticated(error: unknown): never {
  if (error instanceof DomainError && error.reason === 'OTP_INVALID') {
    throw new DomainError('unauthenticated', error.reason, error.message, { cause: error });
  }
  throw error;
}
