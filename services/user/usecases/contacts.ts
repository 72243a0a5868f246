import type { AccountReader } from '../clients/account-reader.ts';
import type { Channel } from '../domain/audience/channel.ts';
import type { ContactRepository } from '../repositories/contact-repository.ts';
import type { CustomerRepository } from '../repositories/customer-repository.ts';

export type ContactDeps = {
  readonly contacts: ContactRepository;
  readonly customers: Pick<CustomerRepository, 'hear'>;
  readonly accounts: AccountReader;
};

/** How a person is reached. Somebody who is no customer yet is reached under the phone they log in with. */
export async function readContact(
  { contacts, accounts }: Pick<ContactDeps, 'contacts' | 'accounts'>,
  userId: string,
): Promise<{ readonly phone: string; readonly tokens: readonly string[] }> {
  const { phone, tokens } = await contacts.find(userId);
  return { phone: phone ?? (await accounts.find(userId)).phone, tokens };
}

export type Preference = {
  /** Digits of E.164, with or without the plus. */
  readonly phone: string;
  readonly channel: Channel;
  readonly granted: boolean;
  /** How it was told. */
  readonly source: string;
  /** The second in which it was told. */
  readonly at: Date;
};

const secondMs = 1_000;

/** Takes what a person told a provider about promotions; idempotent, in any order. */
export async function recordPreference(
  { contacts, customers }: Pick<ContactDeps, 'contacts' | 'customers'>,
  { phone, channel, granted, source, at }: Preference,
): Promise<void> {
  const customerId = await contacts.ownerOf(phone.startsWith('+') ? phone : `+${phone}`);
  if (customerId === undefined) return;
  // Told in whole seconds: a stop must not lose against what the person allowed earlier in the same second.
  const from = granted ? at : new Date(at.getTime() + secondMs - 1);
  await customers.hear(customerId, { channel, granted, source: 'provider', notice: source, at: from });
}
