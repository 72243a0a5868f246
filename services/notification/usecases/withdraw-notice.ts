import type { Deps } from './deps.ts';

/**
 * Takes a notice back. Where nothing was sent yet it leaves a tombstone under the key, so that a call to send it which
 * is still on its way is refused: a compensation must hold whatever arrives when.
 *
 * @returns whether there was a message to take back; a repetition answers the same
 */
export async function withdrawNotice(
  { transact, newId, now }: Pick<Deps, 'transact' | 'newId' | 'now'>,
  idempotencyKey: string,
): Promise<boolean> {
  const at = now();
  const tombstone = { id: newId(), sent: undefined, voidedAt: at };
  return transact(async ({ notices, inbox }) => {
    const holder = await notices.claim(idempotencyKey, tombstone, at);
    if (holder.sent === undefined) return false;
    if (holder.voidedAt === undefined) {
      await notices.void(holder.id, at);
      await inbox.remove(holder.sent.userId, holder.id);
    }
    return true;
  });
}
