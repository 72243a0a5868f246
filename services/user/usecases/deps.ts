import type { RoleGrants } from '../clients/role-grants.ts';
import type { PincodeDirectory } from '../repositories/pincode-directory.ts';
import type { ProfileRepository } from '../repositories/profile-repository.ts';
import type { ShopRepository } from '../repositories/shop-repository.ts';

/** What the use cases about shops and people need from outside. */
export type Deps = {
  readonly shops: ShopRepository;
  readonly profiles: ProfileRepository;
  readonly directory: Pick<PincodeDirectory, 'find'>;
  readonly roles: RoleGrants;
  readonly newId: () => string;
  readonly now: () => Date;
};
