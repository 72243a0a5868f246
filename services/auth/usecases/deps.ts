import type { CodeSender } from '../clients/code-sender.ts';
import type { Phone } from '../domain/phone.ts';
import type { AuthStore } from '../repositories/auth-store.ts';
import type { ChallengeRepository } from '../repositories/challenge-repository.ts';
import type { LastCodeRepository } from '../repositories/last-code-repository.ts';
import type { RevocationList } from '../repositories/revocation-list.ts';
import type { SendLimitRepository } from '../repositories/send-limit-repository.ts';
import type { KeyRing } from './key-ring.ts';

/** How an attempt to send or check a code ended, for the metrics. */
export type OtpResult = 'sent' | 'refused' | 'undeliverable' | 'right' | 'wrong' | 'locked';

/** What the use cases need from outside. */
export type Deps = {
  readonly store: AuthStore;
  readonly challenges: ChallengeRepository;
  readonly sendLimits: SendLimitRepository;
  readonly revocations: RevocationList;
  readonly codes: CodeSender;
  readonly keys: Pick<KeyRing, 'sign'>;
  /** The newest first; an older one checks codes that were sent before it was replaced. */
  readonly otpPeppers: readonly [string, ...string[]];
  readonly refreshKey: Buffer;
  /** Set in production: an administrator without a second factor cannot log in. */
  readonly adminsNeedSecondFactor: boolean;
  /** Numbers with a fixed code, which is never sent and not limited. Empty in production. */
  readonly testCodes: ReadonlyMap<Phone, string>;
  /** Absent in production. */
  readonly lastCodes: LastCodeRepository | undefined;
  readonly newId: () => string;
  readonly now: () => Date;
  readonly countOtp: (result: OtpResult) => void;
};

/** Where a call comes from, for limits, the list of sessions and the audit trail. */
export type Origin = { readonly clientAddress: string; readonly userAgent: string };
