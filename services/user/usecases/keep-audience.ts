import type { AudienceDeps } from './audience-deps.ts';

const graceMs = 3_600_000;

/**
 * Keeps the audience of a launched campaign.
 * @throws DomainError `AUDIENCE_NOT_FOUND`, `AUDIENCE_EXPIRED` or `AUDIENCE_INCOMPLETE`
 */
export async function keepAudience({ audiences }: Pick<AudienceDeps, 'audiences'>, audienceId: string): Promise<void> {
  await audiences.keep(audienceId);
}

/** Deletes audiences whose quotes were not launched, an hour after they expired. Any process may do it at any time. */
export async function deleteExpiredAudiences({
  audiences,
  now,
}: Pick<AudienceDeps, 'audiences' | 'now'>): Promise<number> {
  return audiences.deleteExpired(new Date(now().getTime() - graceMs));
}
