import { DomainError } from '@doffers/errors';
import type { FindOptionsWhere, QueryDeepPartialEntity, Repository } from 'typeorm';

type Versioned = { id: string; version: number };

/**
 * Stores a change that was prepared on `row.version`, unless somebody was faster, and answers the new version.
 *
 * @throws DomainError `ETAG_MISMATCH`
 */
export async function saveVersion<Row extends Versioned>(rows: Repository<Row>, row: Row): Promise<number> {
  const version = row.version + 1;
  const changed = { ...row, version } as QueryDeepPartialEntity<Row>; // a spread of a type parameter loses its type
  const where = { id: row.id, version: row.version } as FindOptionsWhere<Row>;
  const { affected } = await rows.update(where, changed);
  if (affected === 0) {
    throw new DomainError(
      'aborted',
      'ETAG_MISMATCH',
      'somebody else changed this just now: read it again, then change it',
    );
  }
  return version;
}
