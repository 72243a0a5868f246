import { AsyncLocalStorage, type Headers, type WorkflowInterceptorsFactory } from '@temporalio/workflow';
import { callHeader } from '../contracts/call-header.ts';

type WithHeaders = { readonly headers: Headers };

/**
 * Carries who asked from a workflow to whatever it starts. What a signal's or an update's handler starts names the
 * sender of that message; everything else names who started the workflow. The header is passed on unread.
 */
export const interceptors: WorkflowInterceptorsFactory = () => {
  const ofMessage = new AsyncLocalStorage<Headers>();
  let ofStart: Headers = {};

  const carry = <I extends WithHeaders>(input: I): I => ({
    ...input,
    headers: { ...input.headers, ...(ofMessage.getStore() ?? ofStart) },
  });
  const handle = <I extends WithHeaders, R>(input: I, next: (input: I) => R): R => {
    const header = headerOf(input);
    return header === undefined ? next(input) : ofMessage.run(header, () => next(input));
  };

  return {
    inbound: [
      {
        execute(input, next) {
          ofStart = headerOf(input) ?? {};
          return next(input);
        },
        handleSignal: handle,
        handleUpdate: handle,
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => next(carry(input)),
        scheduleLocalActivity: (input, next) => next(carry(input)),
        startChildWorkflowExecution: (input, next) => next(carry(input)),
        signalWorkflow: (input, next) => next(carry(input)),
        continueAsNew: (input, next) => next(carry(input)),
      },
    ],
  };
};

function headerOf({ headers }: WithHeaders): Headers | undefined {
  const payload = headers[callHeader];
  return payload === undefined ? undefined : { [callHeader]: payload };
}
