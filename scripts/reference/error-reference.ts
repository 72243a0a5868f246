import { localReplies } from '../../gateway/local-replies.ts';
import type { CodedRefusal } from './refusals-in-code.ts';

/** A method and the reasons that its comment in the protos promises. */
export type DocumentedMethod = { readonly name: string; readonly reasons: readonly string[] };

/** How Envoy turns a gRPC status into an HTTP status. */
const httpOf: Readonly<Record<string, number>> = {
  invalid_argument: 400,
  failed_precondition: 400,
  out_of_range: 400,
  unauthenticated: 401,
  permission_denied: 403,
  not_found: 404,
  already_exists: 409,
  aborted: 409,
  resource_exhausted: 429,
  cancelled: 499,
  unavailable: 503,
  deadline_exceeded: 504,
  unimplemented: 501,
};

/** Made where calls are served, from parts, so that no line of code holds them whole. */
const ofEveryMethod: readonly CodedRefusal[] = [
  { code: 'unauthenticated', reason: 'TOKEN_INVALID', message: 'log in again' },
  { code: 'unauthenticated', reason: 'TOKEN_EXPIRED', message: 'log in again' },
];

const preface = `# Errors
Every refusal, of every path and of the gateway itself, has one shape: \`{code, message, details: [ErrorInfo, BadRequest…]}\`.
\`ErrorInfo.reason\` below is for programs and never changes its meaning; \`message\` is fit to show to a person (\`…\` is filled in
at the moment); \`BadRequest\` names each wrong field. A refused call has changed nothing.

This page is made from the code and the protos by \`npm run generate\`. Reasons without a method can come from any method, or
from inside the platform.

| Reason | HTTP | gRPC | Message | Methods that name it |
|---|---|---|---|---|
`;

/**
 * The page `docs/errors.md`.
 * @throws Error when the protos promise a reason that nothing in the code gives
 */
export function errorReference({
  methods,
  coded,
}: {
  readonly methods: readonly DocumentedMethod[];
  readonly coded: readonly CodedRefusal[];
}): string {
  const byReason = Map.groupBy([...coded, ...ofEveryMethod, ...gatewayReplies()], ({ reason }) => reason);
  const promised = methods.flatMap(({ name, reasons }) => reasons.map((reason) => ({ name, reason })));
  const broken = promised.filter(({ reason }) => !byReason.has(reason));
  if (broken.length > 0) {
    const list = broken.map(({ name, reason }) => `${reason} of ${name}`).join(', ');
    throw new Error(`the protos promise reasons that no code gives: ${list}`);
  }
  const rows = [...byReason]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([reason, refusals]) => {
      const named = promised.filter((promise) => promise.reason === reason).map(({ name }) => `\`${name}\``);
      const codes = unique(refusals.map(({ code }) => code));
      return [
        `\`${reason}\``,
        unique(codes.map((code) => String(httpOf[code] ?? 500))).join(', '),
        codes.map((code) => `\`${code.toUpperCase()}\``).join(', '),
        unique(refusals.map(({ message }) => message).filter((message) => message !== ''))
          .map(inCell)
          .join('<br>'),
        unique(named).join(', '),
      ];
    });
  return `${preface}${rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}

/** What the gateway answers by itself. */
function gatewayReplies(): readonly CodedRefusal[] {
  // google.rpc.Code, from 1 on.
  const names =
    'cancelled internal invalid_argument deadline_exceeded not_found already_exists permission_denied resource_exhausted ' +
    'failed_precondition aborted out_of_range unimplemented internal unavailable internal unauthenticated';
  return localReplies.map(({ code, reason, message }) => ({
    reason,
    code: names.split(' ')[code - 1] ?? 'internal',
    message: message.replaceAll(/%[A-Z_]+%/g, '…'),
  }));
}

const unique = (values: readonly string[]) => [...new Set(values)].toSorted();
const inCell = (text: string) => text.replaceAll('|', '\\|');
