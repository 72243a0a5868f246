import type { Fcm, PushOutcome } from '../clients/fcm.ts';
import { deliveryId } from '../domain/channel.ts';
import type { Member } from './member-pages.ts';
import { outcomeOf, type ProviderAnswer, type SendGroup, type Unreachable, withoutContact } from './send-group.ts';

/**
 * Sends pushes side by side; the adapter's connections bound how many. One delivery goes to all devices of a person
 * under one id, and counts as accepted when one device took it.
 */
export function createPushSender(fcm: Pick<Fcm, 'send'>): SendGroup {
  return async ({ dispatch, content, pass, members, now }) => {
    const { title, body, link } = content;
    const unreachable: Unreachable[] = [];
    const sent = await Promise.all(
      members.map(async (member) => {
        if (member.devices.length === 0) return { member, answer: undefined };
        const id = deliveryId(dispatch.campaignId, 'push', member.seq);
        const answers = await Promise.all(
          member.devices.map((token) => fcm.send({ device: { token }, deliveryId: id, title, body, data: { link } })),
        );
        unreachable.push(...deadTokens(member, answers));
        return { member, answer: best(answers) };
      }),
    );
    const at = now();
    const outcomes = sent.map(({ member, answer }) =>
      answer === undefined ? withoutContact(member) : outcomeOf(member, answer, { pass, now: at, resend: true }),
    );
    return { outcomes, unreachable, answers: sent.flatMap(({ answer }) => (answer === undefined ? [] : [answer])) };
  };
}

/** The best that happened to any device: one that shows it is enough, one that may still be asked is hope. */
export function best(answers: readonly PushOutcome[]): ProviderAnswer | undefined {
  const order: readonly PushOutcome['kind'][] = ['accepted', 'retry', 'unknown', 'pause_campaign', 'failed'];
  return [...answers].sort((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind))[0];
}

function deadTokens({ customer, devices }: Member, answers: readonly PushOutcome[]): Unreachable[] {
  return answers.flatMap((answer, index) => {
    const token = devices[index];
    const dead = answer.kind === 'failed' && answer.class !== 'payload' && token !== undefined;
    return dead
      ? [{ customer, token, code: answer.class === 'token_dead' ? 'UNREGISTERED' : 'SENDER_ID_MISMATCH' }]
      : [];
  });
}
