import type { AudienceCounts } from '../domain/audience/counts.ts';
import type { AudienceRepository } from '../repositories/audience-repository.ts';
import type { CustomerRepository } from '../repositories/customer-repository.ts';
import type { MemberRepository } from '../repositories/member-repository.ts';
import type { PincodeDirectory } from '../repositories/pincode-directory.ts';

/** Answers counts from a cache, counting at most once at a time for the same question. */
export type CountCache = (key: string, count: () => Promise<AudienceCounts>) => Promise<AudienceCounts>;

/** What the use cases about audiences need from outside. */
export type AudienceDeps = {
  readonly audiences: AudienceRepository;
  readonly members: MemberRepository;
  readonly customers: CustomerRepository;
  readonly directory: Pick<PincodeDirectory, 'find' | 'neighbours' | 'pincodesOfCity'>;
  readonly estimates: CountCache;
  readonly now: () => Date;
};
