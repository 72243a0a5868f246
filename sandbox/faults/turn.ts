import type { Incoming } from '../http/incoming.ts';
import { encode, type Reply, send } from '../http/reply.ts';
import type { SettingsStore } from '../settings/settings.ts';
import type { FaultPlan, FaultScript, FaultSubject } from './fault-script.ts';

/** One request on its way through a provider, with what the fault script has in store for it. */
export type Turn = { readonly incoming: Incoming; readonly plan: FaultPlan; readonly latencyMs: number };

export type BeginTurn = (incoming: Incoming, subject: Omit<FaultSubject, 'path'>) => Turn;

export function createBeginTurn(deps: { faults: FaultScript; settings: SettingsStore }): BeginTurn {
  return (incoming, subject) => {
    const plan = deps.faults.draw({ ...subject, path: incoming.path });
    const extra = plan.request?.type === 'latency' ? plan.request.ms : 0;
    return { incoming, plan, latencyMs: deps.settings.get().latencyMs[subject.provider] + extra };
  };
}

/** A provider's own way to write an error of a code, as the fault action `error` asks for it. */
export type ErrorReply = (code: string | number, retryAfterSeconds?: number) => Reply;

/** Plays what happens instead of acceptance. @returns true when the request ends here, not accepted. */
export function interrupted(turn: Turn, errorReply: ErrorReply): boolean {
  const action = turn.plan.request;
  switch (action?.type) {
    case 'error':
      respond(turn, errorReply(action.code, action.retryAfterSeconds));
      return true;
    case 'status':
      respond(turn, bareStatus(action.status, action.body, action.retryAfterSeconds));
      return true;
    case 'cut':
      afterLatency(turn, () => cut(turn));
      return true;
    case 'hang':
      return true;
    default:
      return false;
  }
}

/** Answers without acceptance: refusals and reads. */
export function respond(turn: Turn, reply: Reply): void {
  afterLatency(turn, () => send(turn.incoming, reply));
}

/** Answers what was accepted and recorded. `wrongId` writes the same success with an id that means nothing. */
export function answer(turn: Turn, reply: Reply, wrongId: () => Reply): void {
  const action = turn.plan.request;
  switch (action?.type) {
    case 'cut-after-accept':
      return afterLatency(turn, () => cut(turn));
    case 'hang-after-accept':
      return;
    case 'status-after-accept':
      return respond(turn, bareStatus(action.status, action.body));
    case 'slow-body':
      return afterLatency(turn, () => drip(turn, reply, action.ms));
    case 'truncated-body':
      return respond(turn, truncated(reply));
    case 'wrong-id':
      return respond(turn, wrongId());
    default:
      return respond(turn, reply);
  }
}

function afterLatency(turn: Turn, act: () => void): void {
  if (turn.latencyMs > 0) setTimeout(act, turn.latencyMs);
  else act();
}

function cut(turn: Turn): void {
  turn.incoming.request.socket.destroy();
}

function bareStatus(status: number, body: 'empty' | 'html', retryAfterSeconds?: number): Reply {
  return {
    status,
    body: body === 'html' ? `<html><body><h1>${status}</h1></body></html>` : '',
    headers: {
      'content-type': 'text/html; charset=utf-8',
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
    },
  };
}

function truncated(reply: Reply): Reply {
  const { payload, contentType } = encode(reply.body);
  const half = payload.subarray(0, Math.floor(payload.length / 2));
  return { status: reply.status, body: half, headers: { ...reply.headers, 'content-type': contentType } };
}

function drip({ incoming: { response } }: Turn, reply: Reply, overMs: number): void {
  const { payload, contentType } = encode(reply.body);
  response.writeHead(reply.status, {
    'content-type': contentType,
    'content-length': payload.length,
    ...reply.headers,
  });
  response.flushHeaders();
  const steps = Math.min(payload.length, 20);
  const size = Math.ceil(payload.length / steps);
  for (let step = 0; step < steps; step++) {
    const part = payload.subarray(step * size, (step + 1) * size);
    setTimeout(() => (step === steps - 1 ? response.end(part) : response.write(part)), ((step + 1) * overMs) / steps);
  }
}
