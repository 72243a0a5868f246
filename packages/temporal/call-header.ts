import { currentCall, userOf } from '@doffers/rpc';
import { type CallHeader, callHeader } from '@doffers/workflows/contracts';
import type { WorkflowClientInterceptor } from '@temporalio/client';
import { defaultPayloadConverter, type Headers } from '@temporalio/common';

/** Tells a workflow who asked and in which request. Outside of any call, such as in a sweep, nothing is said. */
export const callHeaderInterceptor: WorkflowClientInterceptor = {
  startWithDetails: (input, next) => next({ ...input, headers: withCall(input.headers) }),
  signal: (input, next) => next({ ...input, headers: withCall(input.headers) }),
  signalWithStart: (input, next) => next({ ...input, headers: withCall(input.headers) }),
  startUpdate: (input, next) => next({ ...input, headers: withCall(input.headers) }),
  startUpdateWithStart: (input, next) =>
    next({
      ...input,
      workflowStartHeaders: withCall(input.workflowStartHeaders),
      updateHeaders: withCall(input.updateHeaders),
    }),
};

function withCall(headers: Headers): Headers {
  const call = currentCall();
  if (call === undefined) return headers;
  const actorId = userOf(call.caller)?.userId ?? call.actorId;
  const said: CallHeader = { requestId: call.requestId, ...(actorId === undefined ? {} : { actorId }) };
  return { ...headers, [callHeader]: defaultPayloadConverter.toPayload(said) };
}
