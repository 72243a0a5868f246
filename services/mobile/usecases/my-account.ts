import {
  type AppRole,
  type ApprovalStatus,
  type AppUser,
  parsePincode,
  parseText,
  tenDigits,
} from '../domain/app-user.ts';
import type { Deps } from './deps.ts';

export type AppCaller = { readonly userId: string; readonly role: AppRole };

/** Reads the caller's account, put together from the services that keep its parts. */
export async function getMe({ accounts, people }: Deps, { userId, role }: AppCaller): Promise<AppUser> {
  const [account, profile, approvalStatus] = await Promise.all([
    accounts.read(userId),
    people.readProfile(userId),
    approvalOf({ people }, userId, role),
  ]);
  return {
    ...profile,
    id: userId,
    phone: tenDigits(account.phone),
    role,
    approvalStatus,
    createdAt: account.createdAt,
  };
}

/** A shopkeeper waits for the approval of a shop; nobody else waits for anything. */
async function approvalOf({ people }: Pick<Deps, 'people'>, userId: string, role: AppRole): Promise<ApprovalStatus> {
  return role === 'shopkeeper' ? people.shopApproval(userId) : 'approved';
}

export type AccountChanges = { readonly name?: string; readonly address?: string; readonly pincode?: string };

/**
 * Changes what is given and keeps the rest; city and state follow the PIN code.
 *
 * @throws DomainError `VALIDATION`, `PINCODE_UNKNOWN` or `SESSION_ENDED`
 */
export async function updateMe(
  deps: Deps,
  caller: AppCaller,
  { name, address, pincode }: AccountChanges,
): Promise<AppUser> {
  const changes = {
    ...(name === undefined ? {} : { name: parseText('name', name, { min: 1, max: 120 }) }),
    ...(address === undefined ? {} : { address: parseText('address', address, { min: 0, max: 300 }) }),
    ...(pincode === undefined ? {} : { pincode: parsePincode(pincode) }),
  };
  if (Object.keys(changes).length > 0) {
    await deps.accounts.read(caller.userId); // a token of seven days outlives its session: a logout counts here first
    await deps.people.updateProfile(changes);
  }
  return getMe(deps, caller);
}
