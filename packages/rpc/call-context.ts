import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { DomainError } from '@doffers/errors';

export type RoleName = 'customer' | 'shopkeeper' | 'admin';

/** A person, as proved by an access token. Ownership and approval are never part of it: they change too often. */
export type UserCaller = {
  readonly kind: 'user';
  readonly userId: string;
  readonly sessionId: string;
  readonly roles: readonly RoleName[];
  /** Assurance: 1 = one-time code, 2 = code and a second factor. */
  readonly aal: 1 | 2;
  readonly audience: 'doffers' | 'doffers-app';
};

/** Another process of the platform; with `user` when it acts on a person's behalf and holds that person's token. */
export type ServiceCaller = { readonly kind: 'service'; readonly name: string; readonly user?: UserCaller };

export type Caller = { readonly kind: 'anonymous' } | UserCaller | ServiceCaller;

/** What a handler may know about the call besides its request. */
export type CallContext = {
  readonly requestId: string;
  readonly caller: Caller;
  /** The person behind the call. From an activity it is audit data only: it grants nothing. */
  readonly actorId: string | undefined;
  readonly deadline: Date | undefined;
  /** Aborted when the caller goes away or the deadline passes. Long waits must listen to it. */
  readonly signal: AbortSignal;
  /** The person's address as the gateway saw it, also behind other services. */
  readonly clientAddress: string | undefined;
  metadata(name: string): string | undefined;
  /** Adds a response header, which REST callers see as an HTTP header. Only before the first message. */
  setHeader(name: string, value: string): void;
  /** Makes the REST answer 201, with the new resource's path when it has one. */
  created(location?: string): void;
};

/** A call being served, and how to tell what the calls it makes must carry: most make none. */
type CurrentCall = { readonly context: CallContext; readonly forwarded: () => Readonly<Record<string, string>> };

const current = new AsyncLocalStorage<CurrentCall>();

/** The call that is being served or, in an activity, acted for. */
export function currentCall(): CallContext | undefined {
  return current.getStore()?.context;
}

/** Metadata that a call made right now has to pass on. */
export function forwardedMetadata(): Readonly<Record<string, string>> {
  return current.getStore()?.forwarded() ?? {};
}

export function serveCall<T>(call: CurrentCall, work: () => T): T {
  return current.run(call, work);
}

export type BackgroundCall = {
  readonly requestId?: string;
  readonly actorId?: string;
  readonly deadline?: Date;
  readonly signal?: AbortSignal;
};

/**
 * Runs work that no caller waits for, such as an activity or an outbox delivery, so that the calls it makes carry a
 * request id and the actor. Inside a handler it also detaches: the caller's deadline and token do not reach `work`.
 */
export function runInCall<T>(call: BackgroundCall, work: () => T): T {
  const requestId = call.requestId ?? randomUUID();
  const { actorId } = call;
  const context: CallContext = {
    requestId,
    caller: { kind: 'anonymous' },
    actorId,
    deadline: call.deadline,
    signal: call.signal ?? new AbortController().signal,
    clientAddress: undefined,
    metadata: () => undefined,
    setHeader: refuseHeader,
    created: refuseHeader,
  };
  const forwarded = { 'x-request-id': requestId, ...(actorId === undefined ? {} : { 'x-actor-id': actorId }) };
  return current.run({ context, forwarded: () => forwarded }, work);
}

function refuseHeader(): never {
  throw new Error('a background call has no answer to put a header on');
}

/** The person behind a caller, directly or through a service. */
export function userOf(caller: Caller): UserCaller | undefined {
  switch (caller.kind) {
    case 'user':
      return caller;
    case 'service':
      return caller.user;
    case 'anonymous':
      return undefined;
  }
}

/**
 * The person behind the call, for handlers of methods that need one.
 * @throws DomainError TOKEN_MISSING
 */
export function requireUser(context: Pick<CallContext, 'caller'>): UserCaller {
  const user = userOf(context.caller);
  if (user === undefined) throw new DomainError('unauthenticated', 'TOKEN_MISSING', 'log in to do this');
  return user;
}
