import { randomBytes } from 'node:crypto';
import { answer, type BeginTurn, interrupted, respond, type Turn } from '../faults/turn.ts';
import { bearerToken, type Incoming, jsonBody } from '../http/incoming.ts';
import type { Reply } from '../http/reply.ts';
import type { Route } from '../http/server.ts';
import type { Recorder } from '../recorder/recorder.ts';
import { createDecision } from './decisions.ts';
import { errorOfCode, invalidKey, openAiError } from './errors.ts';
import { editImages, generateImages } from './images.ts';
import { createModeration } from './moderation.ts';
import { streamOf } from './response-stream.ts';
import { createResponse } from './responses.ts';

type Deps = { readonly apiKey: string; readonly recorder: Recorder; readonly begin: BeginTurn };

/** The part of OpenAI's API that the platform uses, answered without a model and always the same way. */
export function createOpenAiRoutes({ apiKey, recorder, begin }: Deps): Route[] {
  function route(path: string, act: (incoming: Incoming, turn: Turn) => Reply | Promise<Reply>): Route {
    return {
      method: 'POST',
      pattern: new RegExp(`^/v1/${path}$`),
      async handle(incoming) {
        const turn = begin(incoming, { provider: 'openai' });
        if (bearerToken(incoming) !== apiKey) return respond(turn, invalidKey());
        if (interrupted(turn, errorOfCode)) return record(turn, 0);
        const reply = await act(incoming, turn);
        const headers = { ...reply.headers, 'x-request-id': `req_${randomBytes(16).toString('hex')}` };
        record(turn, reply.status, reply.body);
        if (reply.status === 200) answer(turn, { ...reply, headers }, () => ({ ...reply, headers }));
        else respond(turn, { ...reply, headers });
      },
    };
  }

  /** What an audit of "paid once" counts: one line for every call that was worked on, 200 when it costs money. */
  function record({ incoming, plan }: Turn, status: number, body?: Reply['body']): void {
    const { headers } = incoming.request;
    const request = jsonBody(incoming);
    recorder.call({
      atMs: Date.now(),
      provider: 'openai',
      method: 'POST',
      path: incoming.path,
      status,
      key: headerText(headers['x-client-request-id']) ?? headerText(request?.prompt_cache_key),
      detail: {
        model: request?.model,
        retry: headerText(headers['x-stainless-retry-count']),
        fault: plan.request?.type,
        usage: isUsageHolder(body) ? body.usage : undefined,
      },
    });
  }

  const withJson = (act: (body: Record<string, unknown>, turn: Turn) => Reply) => (incoming: Incoming, turn: Turn) => {
    const body = jsonBody(incoming);
    return body ? act(body, turn) : openAiError(400, 'We could not parse the JSON body of your request.');
  };

  return [
    route('responses', withJson(respondTo)),
    route('moderations', withJson(createModeration)),
    route('decisions', withJson(createDecision)),
    route('images/generations', withJson(generateImages)),
    route('images/edits', editImages),
  ];
}

function respondTo(body: Record<string, unknown>, turn: Turn): Reply {
  const response = createResponse(body, turn.plan.request);
  if (!isResponse(response)) return response;
  if (body.stream !== true) return { status: 200, body: response };
  return { status: 200, body: streamOf(response), headers: { 'content-type': 'text/event-stream; charset=utf-8' } };
}

function isResponse(value: ReturnType<typeof createResponse>): value is Exclude<typeof value, Reply> {
  return 'object' in value;
}

function isUsageHolder(body: Reply['body'] | undefined): body is { usage: object } {
  return typeof body === 'object' && 'usage' in body;
}

function headerText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
