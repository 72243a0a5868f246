import { randomUUID } from 'node:crypto';
import { answer, type BeginTurn, type ErrorReply, interrupted, respond, type Turn } from '../faults/turn.ts';
import { bearerToken, type Incoming, isRecord, jsonBody } from '../http/incoming.ts';
import type { Reply } from '../http/reply.ts';
import type { Route } from '../http/server.ts';
import { campaignOf, type Recorder } from '../recorder/recorder.ts';
import { createRateWindow } from '../settings/rate-window.ts';
import type { SettingsStore } from '../settings/settings.ts';
import { createAccessTokens, type ServiceAccount } from './access-tokens.ts';
import { checkPush } from './check-message.ts';
import { badRequest, fcmError, permissionDenied, unauthenticated } from './errors.ts';

type Deps = {
  readonly serviceAccount: ServiceAccount;
  readonly settings: SettingsStore;
  readonly recorder: Recorder;
  readonly begin: BeginTurn;
};

const errorReply: ErrorReply = (code, retryAfterSeconds) => fcmError(String(code), { retryAfterSeconds });

/** Firebase Cloud Messaging over TLS, with the authorisation server that its clients ask first. */
export function createFcmRoutes({ serviceAccount, settings, recorder, begin }: Deps): Route[] {
  const tokens = createAccessTokens(serviceAccount);
  const quota = createRateWindow(60_000);
  // A sender uses one token for an hour: looking at it once a minute is as good as once a message.
  let trusted = { token: '', untilMs: 0 };

  function authorised(incoming: Incoming): Reply | undefined {
    const token = bearerToken(incoming);
    if (token === trusted.token && trusted.untilMs > Date.now()) return undefined;
    const verdict = tokens.check(token);
    if (verdict === 'valid' && token) {
      trusted = { token, untilMs: Date.now() + 60_000 };
      return undefined;
    }
    return unauthenticated(verdict === 'expired' ? 'ACCESS_TOKEN_EXPIRED' : 'CREDENTIALS_MISSING');
  }

  function accept(turn: Turn, target: string, delivery: string): void {
    const messageId = newMessageId();
    const project = serviceAccount.project_id;
    recorder.accept(
      { atMs: Date.now(), channel: 'push', delivery, to: target, providerId: messageId, sender: project },
      () => answer(turn, success(project, messageId), () => success(project, newMessageId())),
    );
  }

  function handle(incoming: Incoming): void {
    const body = jsonBody(incoming);
    const push = body && isRecord(body.message) ? body.message : {};
    const token = typeof push.token === 'string' ? push.token : undefined;
    const collapseKey = isRecord(push.android) ? push.android.collapse_key : undefined;
    const campaign = campaignOf(typeof collapseKey === 'string' ? collapseKey : '');
    const turn = begin(incoming, { provider: 'fcm', campaign, ...(token && { token }) });
    const refused = authorised(incoming);
    if (refused) return respond(turn, refused);
    const project = incoming.params[0] ?? '';
    if (project !== serviceAccount.project_id) return respond(turn, permissionDenied(project));
    if (!body) return respond(turn, badRequest('', 'Invalid JSON payload received.'));
    if (interrupted(turn, errorReply)) return;
    const checked = checkPush(body);
    if ('status' in checked) return respond(turn, checked);
    if (!quota.admit(settings.get().fcm.ratePerMinute, Date.now())) return respond(turn, fcmError('QUOTA_EXCEEDED'));
    if (body.validate_only === true) return respond(turn, success(project, 'fake_message_id'));
    accept(turn, checked.target, checked.collapseId);
  }

  return [
    { method: 'POST', pattern: /^\/v1\/projects\/([^/]+)\/messages:send$/, handle },
    {
      method: 'POST',
      pattern: /^\/token$/,
      async handle(incoming) {
        const turn = begin(incoming, { provider: 'fcm' });
        if (!interrupted(turn, errorReply)) respond(turn, await tokens.issue(incoming));
      },
    },
  ];
}

function success(project: string, messageId: string): Reply {
  return { status: 200, body: { name: `projects/${project}/messages/${messageId}` } };
}

function newMessageId(): string {
  const id = randomUUID().slice(-12); // from a pool of random bytes: one system call a message would cost as much as parsing it
  return `0:${Date.now()}${String(Math.floor(Math.random() * 1000)).padStart(3, '0')}%${id}`;
}
