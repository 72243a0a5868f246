import { createHash } from 'node:crypto';
import type { ReadContact } from '../clients/contacts.ts';
import type { Fcm } from '../clients/fcm.ts';
import type { WhatsApp } from '../clients/whatsapp.ts';
import { idFromHex } from '../domain/hex.ts';
import type { Transact } from '../repositories/store.ts';
import type { ProviderAnswer } from './send-group.ts';
import { best } from './send-push.ts';
import type { SendTestInput } from './send-test.ts';

type Deps = {
  readonly readContact: ReadContact;
  readonly whatsapp: Pick<WhatsApp, 'sendTemplate'>;
  readonly fcm: Pick<Fcm, 'send'>;
  readonly transact: Transact;
  readonly now: () => Date;
};

type TestMessage = SendTestInput & { readonly deliveryId: string };

/**
 * Sends a message to the person who wants to see it, in the same words and by the same adapters as the campaign.
 * Undefined when there is nothing to reach them by: no device on push, no open account on WhatsApp.
 */
export async function sendTestMessage(deps: Deps, message: TestMessage): Promise<ProviderAnswer | undefined> {
  switch (message.channel) {
    case 'whatsapp':
      return sendWhatsapp(deps, message);
    case 'push':
      return sendPush(deps, message);
    case 'in_app':
      return writeInbox(deps, message);
  }
}

async function sendWhatsapp(
  { readContact, whatsapp }: Deps,
  { userId, content, deliveryId }: TestMessage,
): Promise<ProviderAnswer | undefined> {
  const { phone } = await readContact(userId);
  if (phone === '' || content.whatsapp === undefined) return undefined;
  const { template: name, language, variables: body } = content.whatsapp;
  return whatsapp.sendTemplate({ to: phone, deliveryId, name, language, body });
}

async function sendPush(
  { readContact, fcm }: Deps,
  { userId, content: { title, body, link }, deliveryId }: TestMessage,
): Promise<ProviderAnswer | undefined> {
  const { tokens } = await readContact(userId);
  const sending = tokens.map((token) => fcm.send({ device: { token }, deliveryId, title, body, data: { link } }));
  return best(await Promise.all(sending));
}

/** Once for each number. */
async function writeInbox(
  { transact, now }: Deps,
  { userId, content: { title, body, link }, deliveryId }: TestMessage,
): Promise<ProviderAnswer> {
  const id = idFromText(deliveryId);
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
