import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Role as RoleMessage } from '@doffers/proto/access/v1/access';
import {
  type AccountSchema,
  type SendOtpResponseSchema,
  type SessionSchema,
  SigningKey_State,
  type SigningKeySchema,
  type TokenSetSchema,
} from '@doffers/proto/auth/v1/auth_service';
import type { Account, Role } from '../domain/account.ts';
import type { Session } from '../domain/session.ts';
import type { KeyStanding, KeyState } from '../domain/signing-key.ts';
import type { Tokens } from '../usecases/issue-tokens.ts';
import type { SentChallenge } from '../usecases/open-challenge.ts';

const roleMessages: Record<Role, RoleMessage> = {
  customer: RoleMessage.CUSTOMER,
  shopkeeper: RoleMessage.SHOPKEEPER,
  admin: RoleMessage.ADMIN,
};

const rolesByMessage = new Map(Object.entries(roleMessages).map(([role, message]) => [message, role as Role]));

/** A role that is not named is that of a customer. */
export function roleOf(message: RoleMessage): Role {
  return rolesByMessage.get(message) ?? 'customer';
}

export function roleToMessage(role: Role): RoleMessage {
  return roleMessages[role];
}

export function sentToMessage({
  id,
  expiresAt,
  resendAt,
}: SentChallenge): MessageInitShape<typeof SendOtpResponseSchema> {
  return {
    challengeId: id,
    expireTime: timestampFromDate(expiresAt),
    resendTime: timestampFromDate(resendAt),
  };
}

type LoginLike = { readonly tokens: Tokens; readonly session: Session; readonly created: boolean };

export function tokensToMessage({ tokens, session, created }: LoginLike): MessageInitShape<typeof TokenSetSchema> {
  return {
    accessToken: tokens.accessToken,
    accessExpireTime: timestampFromDate(tokens.accessExpiresAt),
    refreshToken: tokens.refreshToken,
    refreshExpireTime: timestampFromDate(tokens.refreshExpiresAt),
    sessionId: session.id,
    userId: session.userId,
    newAccount: created,
  };
}

export function accountToMessage(account: Account): MessageInitShape<typeof AccountSchema> {
  return {
    userId: account.id,
    roles: account.roles.map(roleToMessage),
    blocked: account.blocked,
    phone: account.phone,
    createTime: timestampFromDate(account.createdAt),
  };
}

export function sessionToMessage(session: Session, currentId: string): MessageInitShape<typeof SessionSchema> {
  return {
    sessionId: session.id,
    createTime: timestampFromDate(session.createdAt),
    lastSeenTime: timestampFromDate(session.lastSeenAt),
    userAgent: session.userAgent,
    current: session.id === currentId,
  };
}

const keyStates: Record<KeyState, SigningKey_State> = {
  next: SigningKey_State.NEXT,
  current: SigningKey_State.CURRENT,
  previous: SigningKey_State.PREVIOUS,
};

export function keyToMessage({ id, state, createdAt }: KeyStanding): MessageInitShape<typeof SigningKeySchema> {
  return { keyId: id, state: keyStates[state], createTime: timestampFromDate(createdAt) };
}
