import { istDay } from '@doffers/calendar';
import type { AccountReader } from '../clients/account-reader.ts';
import type { CustomerRepository } from '../repositories/customer-repository.ts';
import type { ProfileRepository } from '../repositories/profile-repository.ts';

export type CustomerDeps = {
  readonly customers: CustomerRepository;
  readonly profiles: Pick<ProfileRepository, 'find'>;
  readonly accounts: AccountReader;
  readonly newId: () => string;
  readonly now: () => Date;
};

/**
 * Makes somebody with an account a customer, whom segments can find and channels can reach, when they first say
 * anything about being reached. The phone is the one they log in with.
 */
export async function becomeCustomer(
  { customers, profiles, accounts, now }: CustomerDeps,
  userId: string,
): Promise<void> {
  const activeOn = istDay(now());
  if (await customers.exists(userId)) return customers.touch(userId, activeOn);
  const [profile, account] = await Promise.all([profiles.find(userId), accounts.find(userId)]);
  await customers.create({
    id: userId,
    pincode: profile?.pincode ?? '',
    phone: account.phone,
    closed: account.blocked,
    activeOn,
    createdAt: now(),
  });
}
