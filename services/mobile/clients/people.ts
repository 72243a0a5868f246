import { DomainError } from '@doffers/errors';
import type { PlaceService } from '@doffers/proto/user/v1/place_service';
import { Shop_Approval, type ShopService } from '@doffers/proto/user/v1/shop_service';
import type { UserService } from '@doffers/proto/user/v1/user_service';
import type { Client } from '@doffers/rpc';
import type { ApprovalStatus, AppUser } from '../domain/app-user.ts';
import type { SignUpDetails } from './accounts.ts';

type ProfileText = Pick<AppUser, 'name' | 'pincode' | 'city' | 'state' | 'address'>;

export type Place = {
  readonly pincode: string;
  readonly state: string;
  readonly district: string;
  readonly areas: readonly { readonly name: string; readonly district: string }[];
};

/** Profiles, shops and places, as the user service keeps them. */
export type People = {
  /** @throws DomainError `PINCODE_UNKNOWN` */
  findPlace(pincode: string): Promise<Place>;
  /** Keeps what is there, so repeating it is harmless. */
  createProfile(userId: string, details: SignUpDetails): Promise<void>;
  readProfile(userId: string): Promise<ProfileText>;
  /**
   * Changes the caller's own profile.
   * @throws DomainError `PINCODE_UNKNOWN`
   */
  updateProfile(changes: Partial<Pick<AppUser, 'name' | 'address' | 'pincode'>>): Promise<void>;
  /** How the shopkeeper's first shop stands; without one it waits. */
  shopApproval(userId: string): Promise<ApprovalStatus>;
};

type Clients = {
  readonly users: Client<typeof UserService>;
  readonly shops: Client<typeof ShopService>;
  readonly places: Client<typeof PlaceService>;
};

const approvals: Partial<Record<Shop_Approval, ApprovalStatus>> = {
  [Shop_Approval.APPROVED]: 'approved',
  [Shop_Approval.REJECTED]: 'rejected',
  [Shop_Approval.SUSPENDED]: 'rejected',
};

export function createPeople({ users, shops, places }: Clients): People {
  return {
    findPlace: (pincode) => places.getPincode({ pincode }).catch(asBadRequest),
    async createProfile(userId, details) {
      await users.createProfile({ userId, ...details });
    },
    async readProfile(userId) {
      const { name, pincode, city, state, address } = await users.getProfile({ userId });
      return { name, pincode, city, state, address };
    },
    async updateProfile(changes) {
      const updateMask = { paths: Object.keys(changes) };
      await users.updateMe({ profile: changes, updateMask }).catch(asBadRequest);
    },
    async shopApproval(ownerId) {
      const [first] = (await shops.listShopsOfOwner({ ownerId })).shops;
      return (first && approvals[first.approval]) ?? 'pending';
    },
  };
}

/** To that app an unknown PIN code is a wrong entry in a form: 400. */
function asBadRequest(error: unknown): never {
  if (error instanceof DomainError && error.reason === 'PINCODE_UNKNOWN') {
    throw new DomainError('invalid_argument', error.reason, error.message, { cause: error, fields: error.fields });
  }
  throw error;
}
