import { pushSender } from '../domain/channel.ts';
import type { Dispatch } from '../domain/dispatch.ts';
import { cutOf, isTooFast } from '../domain/sender-health.ts';
import type { Senders } from '../repositories/sender-repository.ts';
import type { TemplateStandings } from '../repositories/template-standings.ts';
import type { DispatchDeps } from './dispatch-deps.ts';
import type { ProviderAnswer } from './send-group.ts';
import type { Halted } from './walk.ts';

/** When to ask again whoever says no to everybody and names no time. */
const askAgainMs = 60_000;

/** Whoever messages of a channel go out from; nobody in the app. */
function senderOf({ channel, sender }: Pick<Dispatch, 'channel' | 'sender'>): string | undefined {
  return channel === 'push' ? pushSender : sender?.id;
}

type HoldUpDeps = {
  readonly senders: Pick<Senders, 'standstill'>;
  readonly templates: Pick<TemplateStandings, 'statusOf'>;
  readonly now: () => Date;
};

/** Whether the sender or the template holds messages up; nothing was claimed yet. */
export async function heldUp(
  { senders, templates, now }: HoldUpDeps,
  dispatch: Dispatch,
  template: { readonly template: string; readonly language: string } | undefined,
): Promise<Halted | undefined> {
  const senderId = senderOf(dispatch);
  if (senderId === undefined) return undefined;
  const askAgainAt = new Date(now().getTime() + askAgainMs);
  const standstill = await senders.standstill(senderId);
  if (standstill) {
    const { kind, code, until = askAgainAt } = standstill;
    if (kind === 'waits') return { halt: 'throttled', code, resumeAt: until };
    // Somebody may resume it earlier.
    return { halt: 'sender', code, resumeAt: until < askAgainAt ? until : askAgainAt };
  }
  if (dispatch.channel !== 'whatsapp' || template === undefined) return undefined;
  const status = await templates.statusOf(template.template, template.language);
  if (status !== 'PAUSED' && status !== 'DISABLED') return undefined;
  return { halt: 'template', code: `TEMPLATE_${status}`, resumeAt: askAgainAt };
}

/** WhatsApp's codes about a template, and what it calls such a template. */
export const templateStatuses: ReadonlyMap<string, string> = new Map([
  ['132015', 'PAUSED'],
  ['132016', 'DISABLED'],
]);

/**
 * Draws the consequences of what a group met: slower after "too fast", a wait where the provider asks for one, a stop
 * when it refuses everybody or a fifth of a hundred messages failed. Everything is kept in the sender's row, so it holds
 * for all campaigns and processes. Answers why this call should end, if it should.
 */
export async function judgeSender(
  deps: Pick<DispatchDeps, 'senders' | 'templates' | 'now' | 'coolDownMs'>,
  dispatch: Dispatch,
  template: { readonly template: string; readonly language: string } | undefined,
  answers: readonly ProviderAnswer[],
): Promise<Halted | undefined> {
  const { senders, now, coolDownMs } = deps;
  const senderId = senderOf(dispatch);
  if (senderId === undefined) return undefined;
  if (answers.every(({ kind }) => kind === 'accepted' || kind === 'failed')) {
    senders.countGood(senderId, answers.length);
    return undefined;
  }
  const stop = answers.find((answer) => answer.kind === 'stop_sender' || answer.kind === 'pause_campaign');
  const refused = stop && 'code' in stop && (await judgeStop(deps, { dispatch, senderId, template }, stop));
  const refusals = answers.filter((answer) => answer.kind === 'retry');
  const tooFast = refusals.filter(({ code }) => isTooFast(code)).length;
  if (tooFast > 0) await senders.slowDown(senderId, cutOf(tooFast, answers.length));
  const [wait] = refusals.filter(asksToWait).sort((one, other) => (other.retryAfterMs ?? 0) - (one.retryAfterMs ?? 0));
  if (wait) {
    const until = new Date(now().getTime() + (wait.retryAfterMs ?? 0));
    await senders.wait(senderId, String(wait.code), until);
  }
  const sent = { sends: answers.length, errors: answers.filter(isError).length };
  await senders.count(senderId, sent, new Date(now().getTime() + coolDownMs));
  return (await heldUp(deps, dispatch, template)) || refused || undefined;
}

type Judged = {
  readonly dispatch: Dispatch;
  readonly senderId: string;
  readonly template: { readonly template: string; readonly language: string } | undefined;
};

/** What the template is held up for, when that is not kept anywhere: it does not fit its values, or does not exist. */
async function judgeStop(
  { senders, templates, now }: Pick<DispatchDeps, 'senders' | 'templates' | 'now'>,
  { dispatch, senderId, template }: Judged,
  { kind, code }: { readonly kind: string; readonly code: string | number },
): Promise<Halted | undefined> {
  // Push has no templates: there it is our credentials that were refused, for everybody.
  if (kind === 'stop_sender' || dispatch.channel === 'push' || template === undefined) {
    await senders.stop(senderId, String(code));
    return undefined;
  }
  const status = templateStatuses.get(String(code));
  // Nobody tells when it fits, so a message is tried now and then.
  if (status === undefined) {
    return { halt: 'template', code: `TEMPLATE_REFUSED_${code}`, resumeAt: new Date(now().getTime() + askAgainMs) };
  }
  await templates.note({ name: template.template, language: template.language, status, reason: '', at: now() });
  return undefined;
}

/** The whole project's quota at FCM, or a number's rate with a time: not what one device or one pair of numbers gets. */
function asksToWait({ code, scope, retryAfterMs }: ProviderAnswer & { kind: 'retry' }): boolean {
  if (retryAfterMs === undefined || scope === 'recipient') return false;
  return code === 'message-rate-exceeded' || isTooFast(code);
}

/** Not the recipient's: they did not answer, or not now. "Too fast" has its own consequence, a slower sender. */
function isError(answer: ProviderAnswer): boolean {
  switch (answer.kind) {
    case 'unknown':
      return true;
    case 'retry':
      return answer.scope !== 'recipient' && !isTooFast(answer.code) && !String(answer.code).includes('rate-exceeded');
    default:
      return false;
  }
}
