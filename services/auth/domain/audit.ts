/** What the audit trail knows. Entries are only ever added. */
export type AuditAction =
  | 'account.created'
  | 'login'
  | 'login.refused'
  | 'session.ended'
  | 'role.granted'
  | 'keys.rotated'
  | 'second-factor.set-up'
  | 'second-factor.used'
  | 'second-factor.refused';

export type AuditEntry = {
  readonly action: AuditAction;
  readonly at: Date;
  /** Who did it; undefined where nobody is known yet, or a process did it. */
  readonly actorId: string | undefined;
  readonly sessionId?: string | undefined;
  /** Whom or what it was done to. */
  readonly subject: string;
  readonly clientAddress: string;
  /** A reason, a role: what a person needs to understand the entry. Never a phone number or a code. */
  readonly detail: string;
};
