import { randomBytes } from 'node:crypto';
import type { RequestAction } from '../faults/fault-script.ts';
import { isRecord } from '../http/incoming.ts';
import type { Reply } from '../http/reply.ts';
import { type ConversationItem, contentText, readConversation, userText } from './conversation.ts';
import { writeCopy } from './copywriter.ts';
import { invalidParameter, openAiError, unknownModel } from './errors.ts';
import { factsOf } from './facts.ts';
import { isTextModel } from './models.ts';
import { moderateText } from './moderation.ts';
import { answerSchema } from './schema-answer.ts';
import { strictViolation } from './strict-schema.ts';
import { chooseTool, readTools, type Tool } from './tool-choice.ts';

const knownParameters = new Set(
  `background context_management conversation include input instructions max_output_tokens max_tool_calls metadata model
  moderation parallel_tool_calls previous_response_id prompt prompt_cache_key prompt_cache_options prompt_cache_retention
  reasoning safety_identifier service_tier store stream stream_options temperature text tool_choice tools top_logprobs
  top_p truncation user`.split(/\s+/),
);

type Output =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'refusal'; readonly text: string }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: string };

type Request = {
  readonly body: Record<string, unknown>;
  readonly items: readonly ConversationItem[];
  readonly tools: readonly Tool[];
  readonly schema?: Record<string, unknown>;
};

export type ResponseObject = Record<string, unknown> & {
  readonly id: string;
  readonly output: readonly Record<string, unknown>[];
};

/** `POST /v1/responses`: the finished response object, or the error the API answers. */
export function createResponse(
  body: Record<string, unknown>,
  scripted: RequestAction | undefined,
): ResponseObject | Reply {
  const request = readRequest(body);
  if ('status' in request) return request;
  const blocked = moderationBlock(request);
  if (blocked) return blocked;
  const output = scriptedOutput(scripted) ?? modelOutput(request);
  return responseObject(request, output);
}

function readRequest(body: Record<string, unknown>): Request | Reply {
  const unknown = Object.keys(body).find((key) => !knownParameters.has(key));
  if (unknown)
    return openAiError(400, `Unknown parameter: '${unknown}'.`, { param: unknown, code: 'unknown_parameter' });
  if (!isTextModel(body.model)) return unknownModel(body.model);
  if (body.max_output_tokens !== undefined && !(Number(body.max_output_tokens) >= 16)) {
    return openAiError(400, "Invalid 'max_output_tokens': integer below minimum value.", {
      param: 'max_output_tokens',
      code: 'integer_below_min_value',
    });
  }
  const items = readConversation(body.input);
  if ('wrong' in items) return invalidParameter('input', items.wrong);
  const tools = readTools(body.tools);
  if ('wrong' in tools) return invalidParameter('tools', tools.wrong);
  const format = isRecord(body.text) ? body.text.format : undefined;
  if (!isRecord(format) || format.type !== 'json_schema') return { body, items, tools };
  if (typeof format.name !== 'string' || !/^[\w-]{1,64}$/.test(format.name) || !isRecord(format.schema)) {
    return invalidParameter('text.format', 'text.format needs a name and a schema');
  }
  const violation = format.strict === true ? strictViolation(format.schema) : undefined;
  if (violation) {
    const message = `Invalid schema for response_format '${format.name}': ${violation}`;
    return openAiError(400, message, { param: 'text.format.schema', code: 'invalid_json_schema' });
  }
  return { body, items, tools, schema: format.schema };
}

function moderationBlock({ body, items }: Request): Reply | undefined {
  const policy = isRecord(body.moderation) ? body.moderation.policy : undefined;
  const input = isRecord(policy) && isRecord(policy.input) ? policy.input.mode : undefined;
  if (input !== 'block' || !moderateText(userText(items)).flagged) return undefined;
  return openAiError(400, 'The input was flagged by moderation.', {
    type: 'invalid_request_error',
    code: 'moderation_blocked',
  });
}

function scriptedOutput(action: RequestAction | undefined): Output | undefined {
  switch (action?.type) {
    case 'refusal':
      return { kind: 'refusal', text: action.text };
    case 'answer':
      return { kind: 'text', text: action.text };
    case 'tool-call':
      return { kind: 'call', name: action.name, arguments: JSON.stringify(action.arguments) };
    default:
      return undefined;
  }
}

function modelOutput({ body, items, tools, schema }: Request): Output {
  const facts = factsOf(items.map((item) => (item.kind === 'call' ? '' : item.text)).join('\n'));
  const copy = writeCopy(facts);
  if (schema) return { kind: 'text', text: JSON.stringify(answerSchema(schema, facts, copy)) };
  const tool = chooseTool(tools, body.tool_choice, items);
  if (tool)
    return { kind: 'call', name: tool.name, arguments: JSON.stringify(answerSchema(tool.parameters, facts, copy)) };
  const last = items.at(-1);
  if (last?.kind === 'result') return { kind: 'text', text: `Here is what I found: ${last.text.slice(0, 1_500)}` };
  if (facts.size > 0) return { kind: 'text', text: copy.long };
  return {
    kind: 'text',
    text: 'I can write campaign texts, look up your offers and prepare a campaign for you to confirm.',
  };
}

function responseObject({ body, items }: Request, output: Output): ResponseObject {
  const limit = body.max_output_tokens === undefined ? Number.POSITIVE_INFINITY : Number(body.max_output_tokens);
  const written = output.kind === 'call' ? output.arguments : output.text;
  const tokens = Math.min(tokenCount(written), limit);
  const incomplete = tokenCount(written) > limit;
  const text = incomplete ? written.slice(0, limit * charactersPerToken) : written;
  const status = incomplete ? 'incomplete' : 'completed';
  const inputTokens = tokenCount(
    contentText(body.instructions) + items.map((item) => ('text' in item ? item.text : item.name)).join(' '),
  );
  return {
    id: newId('resp'),
    object: 'response',
    created_at: Math.floor(Date.now() / 1000),
    status,
    error: null,
    incomplete_details: incomplete ? { reason: 'max_output_tokens' } : null,
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    metadata: body.metadata ?? {},
    model: body.model,
    output: [outputItem(output, text, status)],
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    previous_response_id: null,
    prompt_cache_key: body.prompt_cache_key ?? null,
    safety_identifier: body.safety_identifier ?? null,
    store: body.store ?? true,
    temperature: 1,
    text: body.text ?? { format: { type: 'text' } },
    tool_choice: body.tool_choice ?? 'auto',
    tools: body.tools ?? [],
    top_p: 1,
    truncation: 'disabled',
    moderation: moderationScores(body, items, text),
    usage: {
      input_tokens: inputTokens,
      input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
      output_tokens: tokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: inputTokens + tokens,
    },
  };
}

function outputItem(output: Output, text: string, status: string): Record<string, unknown> {
  if (output.kind === 'call') {
    return {
      type: 'function_call',
      id: newId('fc'),
      call_id: newId('call'),
      name: output.name,
      arguments: text,
      status,
    };
  }
  const content =
    output.kind === 'refusal'
      ? { type: 'refusal', refusal: text }
      : { type: 'output_text', text, annotations: [], logprobs: [] };
  return { type: 'message', id: newId('msg'), role: 'assistant', status, content: [content] };
}

function moderationScores(
  body: Record<string, unknown>,
  items: readonly ConversationItem[],
  text: string,
): object | null {
  if (!isRecord(body.moderation)) return null;
  const { model } = body.moderation;
  const result = (scored: string) => ({ type: 'moderation_result', model, ...moderateText(scored) });
  return { input: result(userText(items)), output: result(text) };
}

const charactersPerToken = 4;

function tokenCount(text: string): number {
  return Math.max(1, Math.ceil(text.length / charactersPerToken));
}

function newId(prefix: string): string {
  return `${prefix}_${randomBytes(24).toString('hex')}`;
}
