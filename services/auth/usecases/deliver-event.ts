import type { ProfileWriter } from '../clients/profile-writer.ts';
import type { UserCreated } from '../domain/events.ts';

/** Carries one event of the outbox to whom it concerns. It may come twice; the receiver takes it once. */
export async function deliverEvent(
  { profiles }: { readonly profiles: ProfileWriter },
  { payload: { userId, signUp } }: UserCreated,
): Promise<void> {
  await profiles.create(userId, signUp);
}
