import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError, type DomainErrorCode } from '@doffers/errors';
import { FailRequest_Style, type FaultService } from '@doffers/proto/fault/v1/fault_service';
import type { CallContext } from './call-context.ts';
import { describeCaller } from './call-log.ts';
import type { Handlers } from './handlers.ts';
import { keys } from './metadata.ts';
import { domainCodeOf } from './status.ts';

/** Handlers that misbehave on request. Only for sandbox mode, and only where it is switched on. */
export function createFaultHandlers(): Handlers<typeof FaultService> {
  return {
    async fail({ code, style }) {
      if (style === FailRequest_Style.BUG) throw new Error('a secret that must stay inside');
      const refusal = domainCodeOf(code);
      if (refusal !== undefined)
        throw new DomainError(refusal, reasonOf(refusal), `failed with ${code}: “ü”`, details(refusal));
      if (code !== 0) throw new Error(`gRPC status ${code} stands for a bug`);
      return {};
    },
    async echo({ text, requestId }, context) {
      return {
        text,
        requestId,
        caller: describeCaller(context.caller),
        actorId: context.actorId ?? '',
        clientAddress: context.clientAddress ?? '',
        ...(context.deadline === undefined ? {} : { deadlineMs: BigInt(context.deadline.getTime() - Date.now()) }),
        metadata: visible(context),
      };
    },
    async wait({ delayMs }, { signal }) {
      await sleep(delayMs, undefined, { signal });
      return { delayMs };
    },
    async *stream({ count, failAt, delayMs, bytes }, { signal }) {
      for (let number = 1; number <= count; number++) {
        if (delayMs > 0) await sleep(delayMs, undefined, { signal });
        if (number === failAt) throw new DomainError('unavailable', 'STREAM_BROKE', 'the stream broke on the way');
        yield { number, last: number === count, filling: new Uint8Array(bytes) };
      }
    },
  };
}

function reasonOf(code: DomainErrorCode): string {
  return code.toUpperCase();
}

function details(code: DomainErrorCode) {
  const info = { fault: 'wished' };
  if (code === 'invalid_argument') {
    return { info, fields: [{ field: 'fault.code', description: 'was wished for', reason: 'wished' }] };
  }
  return code === 'resource_exhausted' ? { info, retryAfterSeconds: 3 } : { info };
}

/** What tests want to see; credentials stay out of answers even here. */
function visible(context: CallContext): Record<string, string> {
  const names = [
    keys.requestId,
    keys.actorId,
    keys.forwardedFor,
    keys.traceparent,
    'user-agent',
    'x-user-id',
    'x-user-roles',
  ];
  const present = names.map((name) => [name, context.metadata(name)] as const);
  return Object.fromEntries(present.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
