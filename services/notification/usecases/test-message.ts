import { createHash } from 'node:crypto';
import { idFromHex } from '../domain/hex.ts';
import type { Transact } from '../repositories/store.ts';
import type { ProviderAnswer } from './send-group.ts';
import type { SendTestInput } from './send-test.ts';

type Deps = { readonly transact: Transact; readonly now: () => Date };

/**
 * Puts a test message into a person's inbox, once for each number. Other channels need a contact point, and nobody but
 * `user` has those, so they cannot be reached from here.
 */
export async function sendTestMessage(
  { transact, now }: Deps,
  { userId, channel, content, deliveryId }: SendTestInput & { readonly deliveryId: string },
): Promise<ProviderAnswer | undefined> {
  if (channel !== 'in_app') return undefined;
  const id = idFromText(deliveryId);
  const { title, body, link } = content;
  await transact(async ({ inbox }) => {
    if (await inbox.find(userId, id)) return;
    await inbox.add({ id, userId, title, body, link, createdAt: now(), readAt: undefined });
  });
  return { kind: 'accepted', providerId: id };
}

/** A UUID (version 8) that the same text always gets. */
function idFromText(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return idFromHex(`${hex.slice(0, 12)}8${hex.slice(13, 16)}8${hex.slice(17, 32)}`);
}
