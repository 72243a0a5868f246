/** An answer that Envoy gives by itself, in the platform's error shape. */
export type LocalReply = {
  /** When it applies, in CEL over Envoy's attributes. */
  readonly when: string;
  readonly status?: number;
  /** The gRPC status, as in `google.rpc.Status`. */
  readonly code: number;
  readonly reason: string;
  /** Fit to show to a person. */
  readonly message: string;
};

const byStatus = (status: number) => `response.code == ${status}`;
const because = (details: string) => `response.code_details.contains('${details}')`;

/** The first that applies is sent. Reasons and messages are those of the services, so a client sees no difference. */
export const localReplies: readonly LocalReply[] = [
  // A wrong audience is a wrong token; Envoy answers 403 to it.
  { when: because('Jwt_is_missing'), status: 401, code: 16, reason: 'TOKEN_MISSING', message: 'log in to do this' },
  { when: because('Jwt_is_expired'), status: 401, code: 16, reason: 'TOKEN_EXPIRED', message: 'log in again' },
  {
    when: because('Jwks_remote_fetch_is_failed'),
    status: 503,
    code: 14,
    reason: 'TOKEN_KEYS_UNAVAILABLE',
    message: 'logins cannot be checked right now; try again in a moment',
  },
  { when: because('jwt_authn'), status: 401, code: 16, reason: 'TOKEN_INVALID', message: 'log in again' },
  {
    when: `${byStatus(400)} && ${because('grpc_json_transcode')}`,
    code: 3,
    reason: 'MALFORMED_REQUEST',
    message: 'the request cannot be read: %LOCAL_REPLY_BODY%', // which names the field, or the place in the JSON
  },
  { when: byStatus(400), code: 3, reason: 'MALFORMED_REQUEST', message: 'the request cannot be read' },
  { when: byStatus(403), code: 7, reason: 'INTERNAL_ONLY', message: 'this is not open to the outside' },
  { when: byStatus(404), code: 5, reason: 'ROUTE_NOT_FOUND', message: 'no such path or method' },
  { when: byStatus(408), code: 4, reason: 'DEADLINE_EXCEEDED', message: 'this took too long; try again' },
  { when: byStatus(413), code: 3, reason: 'BODY_TOO_LARGE', message: 'the request is larger than 1 MiB' },
  {
    when: byStatus(429),
    code: 8,
    reason: 'RATE_LIMITED',
    message: 'too many requests; wait a moment and try again',
  },
  { when: byStatus(431), code: 3, reason: 'HEADERS_TOO_LARGE', message: 'the request headers are too large' },
  {
    when: byStatus(503),
    code: 14,
    reason: 'SERVICE_UNAVAILABLE',
    message: 'this is not available right now; try again in a moment',
  },
  { when: byStatus(504), code: 4, reason: 'DEADLINE_EXCEEDED', message: 'this took too long; try again' },
  { when: 'response.code >= 400', code: 13, reason: 'INTERNAL', message: 'internal error' },
];

/**
 * As mappers of Envoy's `local_reply_config`. The first keeps answers to native gRPC callers plain, because their
 * message travels as text; a transcoded call looks like gRPC too, but has its original path beside.
 */
export function replyMappers(): readonly object[] {
  return [nativeCallers, ...localReplies.map(mapper)];
}

const nativeCallers = {
  filter: {
    and_filter: {
      filters: [
        { header_filter: { header: { name: 'content-type', string_match: { prefix: 'application/grpc' } } } },
        { header_filter: { header: { name: 'x-envoy-original-path', present_match: true, invert_match: true } } },
      ],
    },
  },
  body_format_override: { text_format_source: { inline_string: '%LOCAL_REPLY_BODY%' } },
};

function mapper({ when, status, code, reason, message }: LocalReply): object {
  const errorInfo = {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason,
    domain: 'doffers.in',
    metadata: { requestId: '%REQ(X-REQUEST-ID)%' },
  };
  return {
    filter: { extension_filter: { name: 'cel', typed_config: { '@type': celFilter, expression: when } } },
    ...(status !== undefined && { status_code: status }),
    body_format_override: {
      json_format: { code, message, details: [errorInfo] },
      omit_empty_values: true, // a request may be refused before it has an id
    },
  };
}

const celFilter = 'type.googleapis.com/envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter';
