import { DomainError } from '@doffers/errors';

/** The entity tag of a row's version, quoted as RFC 9110 wants it. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

/**
 * Refuses a change that was prepared on an older version. An empty tag means that the caller does not mind.
 *
 * @throws DomainError `ETAG_MISMATCH`
 */
export function assertEtag(version: number, given: string): void {
  if (given === '' || given === etagOf(version)) return;
  throw new DomainError(
    'aborted',
    'ETAG_MISMATCH',
    'somebody else changed this in between: read it again, then change it',
  );
}
