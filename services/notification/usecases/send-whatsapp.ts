import { isWithinSendWindow, parseSendWindow } from '@doffers/calendar';
import type { WhatsApp } from '../clients/whatsapp.ts';
import { deliveryId } from '../domain/channel.ts';
import { contactFailure } from '../domain/contact-failure.ts';
import type { Slots } from '../domain/pacing.ts';
import { outcomeOf, type ProviderAnswer, type SendGroup, type Unreachable, withoutContact } from './send-group.ts';
import { createSlotQueue } from './slot-queue.ts';

type Deps = {
  readonly whatsapp: Pick<WhatsApp, 'sendTemplate'>;
  readonly reserve: (senderId: string, count: number, leadMs: number) => Promise<Slots>;
  readonly sleep: (ms: number) => Promise<unknown>;
};

/** A slot beyond the sending window: nothing was sent, another pass does it. */
const tooLate = { kind: 'retry', code: 'window_closed', scope: 'sender' } as const;

/**
 * Sends each message at its own slot. Once the provider stops the sender, or slots that were missed lead beyond the
 * sending window, the rest of the group is not tried.
 */
export function createWhatsappSender({ whatsapp, reserve, sleep }: Deps): SendGroup {
  return async ({ dispatch, content, pass, members, slots, now }) => {
    const { sender } = dispatch;
    const template = content.whatsapp;
    if (sender === undefined || template === undefined) throw new Error('WhatsApp needs a sender and a template');
    const window = parseSendWindow(dispatch.sendWindow);
    const reachable = members.filter(({ phone }) => phone !== '');
    const answers: ProviderAnswer[] = [];
    const sendings: Promise<void>[] = [];
    const tried = new Set<number>();
    let ended: ProviderAnswer | undefined;
    const queue = createSlotQueue({
      slots,
      reserve: (count, leadMs) => reserve(sender.id, count, leadMs),
      isAllowed: (slotMs) => isWithinSendWindow(window, new Date(slotMs)),
      sleep,
      now,
    });
    for (const [index, member] of reachable.entries()) {
      if (ended === undefined && !(await queue.next(reachable.length - index))) ended = tooLate;
      if (ended !== undefined) {
        answers[index] = ended;
        continue;
      }
      tried.add(index);
      const id = deliveryId(dispatch.campaignId, 'whatsapp', member.seq);
      const { template: name, language, variables } = template;
      sendings.push(
        whatsapp.sendTemplate({ to: member.phone, deliveryId: id, name, language, body: variables }).then((answer) => {
          answers[index] = answer;
          if (answer.kind === 'stop_sender' || answer.kind === 'pause_campaign') ended = answer;
        }),
      );
    }
    await Promise.all(sendings);
    const at = now();
    return {
      outcomes: [
        ...members.filter(({ phone }) => phone === '').map(withoutContact),
        ...reachable.map((member, index) =>
          outcomeOf(member, answers[index] ?? { kind: 'unknown', reason: 'cut' }, { pass, now: at, resend: false }),
        ),
      ],
      unreachable: reachable.flatMap(({ customer }, index) => unreachableOf(customer, answers[index])),
      answers: answers.filter((answer, index) => tried.has(index) && answer !== undefined),
    };
  };
}

function unreachableOf(customer: string, answer: ProviderAnswer | undefined): Unreachable[] {
  if (answer?.kind !== 'failed') return [];
  const failure = contactFailure(answer.code);
  return failure === undefined ? [] : [{ customer, code: String(answer.code), optedOut: failure === 'opt_out' }];
}
