import type { Reply } from '../http/reply.ts';

type ErrorFields = {
  readonly type?: string;
  readonly code?: string | null;
  readonly param?: string | null;
  readonly retryAfterMs?: number | undefined;
};

export function openAiError(status: number, message: string, fields: ErrorFields = {}): Reply {
  const { type = 'invalid_request_error', code = null, param = null, retryAfterMs } = fields;
  return {
    status,
    body: { error: { message, type, param, code } },
    ...(retryAfterMs !== undefined && {
      headers: { 'retry-after-ms': String(retryAfterMs), 'retry-after': String(Math.ceil(retryAfterMs / 1000)) },
    }),
  };
}

export function invalidKey(): Reply {
  return openAiError(401, 'Incorrect API key provided. You can find your API key in the dashboard.', {
    code: 'invalid_api_key',
  });
}

export function unknownModel(model: unknown): Reply {
  return openAiError(404, `The model \`${String(model)}\` does not exist or you do not have access to it.`, {
    code: 'model_not_found',
  });
}

export function invalidParameter(param: string, message: string): Reply {
  return openAiError(400, message, { param, code: 'invalid_value' });
}

/** The error of a code or status, as the fault script asks for it. */
export function errorOfCode(code: string | number, retryAfterSeconds?: number): Reply {
  const retryAfterMs = retryAfterSeconds === undefined ? undefined : retryAfterSeconds * 1000;
  switch (code) {
    case 429:
    case 'rate_limit_exceeded':
      return openAiError(429, 'Rate limit reached for requests.', {
        type: 'requests',
        code: 'rate_limit_exceeded',
        retryAfterMs,
      });
    case 'insufficient_quota':
      return openAiError(429, 'You exceeded your current quota, please check your plan and billing details.', {
        type: 'insufficient_quota',
        code: 'insufficient_quota',
      });
    case 403:
      return openAiError(403, 'Country, region, or territory not supported.', {
        code: 'unsupported_country_region_territory',
      });
    case 503:
      return openAiError(503, 'That model is currently overloaded with other requests.', {
        type: 'server_error',
        retryAfterMs,
      });
    case 400:
      return openAiError(400, 'The request was rejected.', { code: 'invalid_value' });
    default:
      return openAiError(500, 'The server had an error while processing your request.', { type: 'server_error' });
  }
}
