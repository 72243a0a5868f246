import type { WhatsApp } from '../clients/whatsapp.ts';
import { deliveryId } from '../domain/channel.ts';
import type { Slots } from '../repositories/sender-repository.ts';
import {
  haltOf,
  outcomeOf,
  type ProviderAnswer,
  type SendGroup,
  type Unreachable,
  withoutContact,
} from './send-group.ts';
import { createSlotQueue } from './slot-queue.ts';

type Deps = {
  readonly whatsapp: Pick<WhatsApp, 'sendTemplate'>;
  readonly reserve: (senderId: string, ratePerSecond: number, count: number, leadMs: number) => Promise<Slots>;
  readonly sleep: (ms: number) => Promise<unknown>;
};

/** Sends each message at its own slot. Once the provider stops the sender, the rest of the group is not tried. */
export function createWhatsappSender({ whatsapp, reserve, sleep }: Deps): SendGroup {
  return async ({ dispatch, content, pass, members, slots, now }) => {
    const { sender } = dispatch;
    const template = content.whatsapp;
    if (sender === undefined || template === undefined) throw new Error('WhatsApp needs a sender and a template');
    const reachable = members.filter(({ phone }) => phone !== '');
    const answers: ProviderAnswer[] = [];
    const sendings: Promise<void>[] = [];
    let stopped: ProviderAnswer | undefined;
    const queue = createSlotQueue({
      slots,
      count: members.length,
      reserve: (count, leadMs) => reserve(sender.id, sender.ratePerSecond, count, leadMs),
      sleep,
      now,
    });
    for (const [index, member] of reachable.entries()) {
      await queue.next(reachable.length - index);
      if (stopped !== undefined) {
        answers[index] = stopped;
        continue;
      }
      const id = deliveryId(dispatch.campaignId, 'whatsapp', member.seq);
      const { template: name, language, variables } = template;
      sendings.push(
        whatsapp.sendTemplate({ to: member.phone, deliveryId: id, name, language, body: variables }).then((answer) => {
          answers[index] = answer;
          if (answer.kind === 'stop_sender' || answer.kind === 'pause_campaign') stopped = answer;
        }),
      );
    }
    await Promise.all(sendings);
    const at = now();
    const halt = haltOf(answers);
    return {
      outcomes: [
        ...members.filter(({ phone }) => phone === '').map(withoutContact),
        ...reachable.map((member, index) =>
          outcomeOf(member, answers[index] ?? { kind: 'unknown', reason: 'cut' }, { pass, now: at, resend: false }),
        ),
      ],
      unreachable: reachable.flatMap(({ customer }, index) => unreachableOf(customer, answers[index])),
      ...(halt && { halt }),
    };
  };
}

const notOnWhatsapp = new Set<string | number>([131026]);
const optedOut = 131050;

function unreachableOf(customer: string, answer: ProviderAnswer | undefined): Unreachable[] {
  if (answer?.kind !== 'failed') return [];
  if (answer.code === optedOut) return [{ customer, code: String(answer.code), optedOut: true }];
  return notOnWhatsapp.has(answer.code) ? [{ customer, code: String(answer.code) }] : [];
}
