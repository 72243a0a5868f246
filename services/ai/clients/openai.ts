import OpenAI, { APIConnectionError, APIError } from 'openai';
import { zodTextFormat } from 'openai/helpers/zod';
import type { z } from 'zod';

export type Question<T> = {
  /** Constant text. What comes from people is never part of it. */
  readonly instructions: string;
  /** What the answer is about; passed as JSON data, since people wrote parts of it. */
  readonly data: object;
  readonly schema: z.ZodType<T>;
  /** Names the schema to the model. */
  readonly name: string;
  /** A hash of the shop's id, so that abuse can be traced without telling who it is. */
  readonly safetyId: string;
  readonly maxOutputTokens: number;
  readonly signal?: AbortSignal;
};

type Usage = {
  readonly model: string;
  readonly requestId: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
};

export type Answer<T> =
  | { readonly kind: 'answered'; readonly value: T; readonly usage: Usage }
  /** The model would not, or did not finish, or did not keep to the schema. It was paid for. */
  | { readonly kind: 'unusable'; readonly reason: 'refused' | 'incomplete' | 'malformed'; readonly usage: Usage }
  /** Nothing was written: asking later may help. */
  | { readonly kind: 'retry'; readonly code: string; readonly retryAfterMs?: number }
  /** Asking again does not help: key, model, quota or request have to change first. */
  | { readonly kind: 'failed'; readonly code: string }
  /** No answer came; it may have been written and paid for. */
  | { readonly kind: 'unknown'; readonly reason: string };

export type TextModel = { ask<T>(question: Question<T>): Promise<Answer<T>> };

export type TextModelOptions = {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly model: string;
  readonly deadlineMs?: number;
};

/**
 * A language model by OpenAI's Responses API. It never retries by itself: whoever asks knows whether a second answer is
 * worth its price, and two retry layers multiply.
 */
export function createTextModel({ baseUrl, apiKey, model, deadlineMs = 30_000 }: TextModelOptions): TextModel {
  const client = new OpenAI({ baseURL: baseUrl, apiKey, maxRetries: 0, timeout: deadlineMs, logLevel: 'off' });
  return {
    async ask({ instructions, data, schema, name, safetyId, maxOutputTokens, signal }) {
      const deadline = AbortSignal.timeout(deadlineMs); // the SDK's own timeout ends at the first byte
      try {
        const response = await client.responses.create(
          {
            model,
            instructions,
            input: JSON.stringify(data),
            text: { format: zodTextFormat(schema, name) },
            max_output_tokens: maxOutputTokens,
            safety_identifier: safetyId,
            store: false,
          },
          { signal: signal ? AbortSignal.any([signal, deadline]) : deadline },
        );
        const usage: Usage = {
          model: response.model,
          requestId: response._request_id ?? response.id,
          inputTokens: response.usage?.input_tokens ?? 0,
          outputTokens: response.usage?.output_tokens ?? 0,
        };
        if (response.status !== 'completed') return { kind: 'unusable', reason: 'incomplete', usage };
        if (hasRefusal(response)) return { kind: 'unusable', reason: 'refused', usage };
        const value = schema.safeParse(parseJson(response.output_text));
        return value.success
          ? { kind: 'answered', value: value.data, usage }
          : { kind: 'unusable', reason: 'malformed', usage };
      } catch (error) {
        return judge(error);
      }
    },
  };
}

function hasRefusal({ output }: OpenAI.Responses.Response): boolean {
  return output.some((item) => item.type === 'message' && item.content.some(({ type }) => type === 'refusal'));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @throws what is neither the provider's nor the network's doing, since that is a bug */
function judge(error: unknown): Exclude<Answer<never>, { kind: 'answered' | 'unusable' }> {
  if (error instanceof APIConnectionError) return { kind: 'unknown', reason: 'no_answer' };
  if (!(error instanceof APIError)) throw error;
  if (error.status === undefined) return { kind: 'unknown', reason: 'aborted' };
  const code = error.code ?? `status_${error.status}`;
  if (code === 'insufficient_quota') return { kind: 'failed', code };
  if (error.status === 429 || error.status === 408 || error.status === 409 || error.status >= 500) {
    const waitMs = retryAfterMs(error.headers);
    return { kind: 'retry', code, ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }) };
  }
  return { kind: 'failed', code };
}

function retryAfterMs(headers: Headers | undefined): number | undefined {
  const exact = Number(headers?.get('retry-after-ms') ?? Number.NaN);
  if (Number.isFinite(exact)) return exact;
  const seconds = Number(headers?.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1_000 : undefined;
}
