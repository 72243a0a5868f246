import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { DomainError } from '@doffers/errors';
import { toDomainError } from '@doffers/temporal';
import { eventually } from '@doffers/testkit';
import { createWorkflowEnvironment, type WorkflowEnvironment } from '@doffers/testkit/temporal';
import type { WorkflowHandle } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { type CompensationDecision, resolveCompensationUpdate } from '../contracts/compensation.ts';
import { taskQueues } from '../contracts/task-queues.ts';
import { gate } from './gate.ts';
import { withWorkers } from './harness.ts';
import { Ledger } from './ledger.ts';
import { createPurchaseActivities, type PurchaseActivities } from './purchase-activities.ts';
import type { continuingWorkflow, purchaseWorkflow } from './purchase-workflow.ts';

let env: WorkflowEnvironment;
before(async () => void (env = await createWorkflowEnvironment()));
after(() => env.close());

type Purchase = { readonly handle: WorkflowHandle<typeof purchaseWorkflow>; readonly ledger: Ledger };
type Replace = (real: PurchaseActivities) => Partial<PurchaseActivities>;

/** Starts a purchase with some activities replaced, and runs `body` beside it. */
async function purchase(replace: Replace, body: (purchase: Purchase) => Promise<void>): Promise<void> {
  const ledger = new Ledger(':memory:');
  const real = createPurchaseActivities(ledger);
  await withWorkers(env, { activities: { ...real, ...replace(real) } }, async () => {
    const handle = await env.client.workflow.start<typeof purchaseWorkflow>('purchaseWorkflow', {
      workflowId: `purchase/${randomUUID()}`,
      taskQueue: taskQueues.workflow,
      args: [500],
    });
    await body({ handle, ledger });
  });
  ledger.close();
}

const refuse = (reason: string) => async () => {
  throw new DomainError('failed_precondition', reason, 'no');
};

const statesOf = ({ handle, ledger }: Purchase) =>
  ['order', 'charge', 'grant'].map((step) => ledger.find(`${handle.workflowId}/${step}`)?.state ?? 'none');

const undosOf = ({ ledger }: Purchase) =>
  ledger.calls().filter((name) => ['cancelOrder', 'refund', 'revoke'].includes(name));

async function assertFails({ handle }: Purchase): Promise<void> {
  await assert.rejects(handle.result(), { name: 'WorkflowFailedError' });
}

/** Visibility is written a moment after the fact. */
async function foundBy(query: string): Promise<number> {
  return (await env.client.workflow.count(query)).count;
}

describe('a saga', () => {
  it('leaves everything done when every step succeeds', () =>
    purchase(
      () => ({}),
      async (bought) => {
        await bought.handle.result();
        assert.deepEqual(statesOf(bought), ['applied', 'applied', 'applied']);
        assert.deepEqual(undosOf(bought), []);
      },
    ));

  const failing: readonly [keyof PurchaseActivities, readonly string[]][] = [
    ['placeOrder', ['cancelOrder']],
    ['charge', ['refund', 'cancelOrder']],
    ['grant', ['revoke', 'refund', 'cancelOrder']],
  ];
  for (const [step, undos] of failing) {
    it(`undoes exactly what was tried, newest first, when ${step} is refused`, () =>
      purchase(
        () => ({ [step]: refuse('DECLINED') }),
        async (bought) => {
          await assertFails(bought);
          assert.deepEqual(undosOf(bought), undos);
          assert.ok(statesOf(bought).every((state) => state !== 'applied'));
        },
      ));
  }

  it('undoes a step that took effect although its answer was lost', () => {
    const answer = gate();
    return purchase(
      ({ charge }) => ({
        charge: async (input) => {
          await charge(input);
          await answer.opened;
        },
      }),
      async (bought) => {
        await assertFails(bought);
        answer.open();
        assert.deepEqual(statesOf(bought), ['undone', 'undone', 'none']);
      },
    );
  });

  it('leaves a tombstone that refuses a step which takes effect only after it was undone', () => {
    const way = gate();
    const late = Promise.withResolvers<unknown>();
    return purchase(
      ({ charge }) => ({
        charge: async (input) => {
          await way.opened;
          await charge(input).catch(late.resolve);
        },
      }),
      async (bought) => {
        await assertFails(bought);
        assert.deepEqual(statesOf(bought), ['undone', 'undone', 'none']);
        way.open();
        assert.equal(((await late.promise) as DomainError).reason, 'VOIDED');
        assert.deepEqual(statesOf(bought), ['undone', 'undone', 'none']);
      },
    );
  });

  it('undoes everything when the workflow is cancelled in the middle of a step', () => {
    const [charged, answer] = [gate(), gate()];
    return purchase(
      ({ charge }) => ({
        charge: async (input) => {
          await charge(input);
          charged.open();
          await answer.opened;
        },
      }),
      async (bought) => {
        await charged.opened;
        await bought.handle.cancel();
        await assert.rejects(bought.handle.result(), (error: Error) => error.cause instanceof CancelledFailure);
        answer.open();
        assert.deepEqual(statesOf(bought), ['undone', 'undone', 'none']);
        assert.equal((await bought.handle.describe()).status.name, 'CANCELLED');
      },
    );
  });
});

describe('a saga whose workflow continues as new', () => {
  it('undoes nothing: the end of a run is not a failure', async () => {
    const ledger = new Ledger(':memory:');
    const workflowId = `continuing/${randomUUID()}`;
    await withWorkers(env, { activities: createPurchaseActivities(ledger) }, async () => {
      const options = { workflowId, taskQueue: taskQueues.workflow, args: [500] as [number] };
      await env.client.workflow.execute<typeof continuingWorkflow>('continuingWorkflow', options);
    });
    assert.deepEqual(ledger.calls(), ['charge']);
    ledger.close();
  });
});

describe('a compensation that is refused', () => {
  const decide = ({ handle }: Purchase, decision: Partial<CompensationDecision>) =>
    handle.executeUpdate(resolveCompensationUpdate, {
      args: [{ step: 'charge', decision: 'retry', note: 'account reopened', ...decision }],
    });
  const waiting = ({ handle }: Purchase) =>
    `DoNeedsAttention = true AND DoFailureCode = "UNDO_charge" AND WorkflowId = "${handle.workflowId}"`;
  const appears = (bought: Purchase) =>
    eventually(async () => assert.equal(await foundBy(waiting(bought)), 1, 'operations find it'));

  it('keeps the workflow open and flagged, older undos behind it, until a person lets it be tried again', () => {
    let closed = true;
    return purchase(
      ({ refund }) => ({
        grant: refuse('DECLINED'),
        refund: (input) => (closed ? refuse('ACCOUNT_CLOSED')() : refund(input)),
      }),
      async (bought) => {
        await appears(bought);
        assert.deepEqual(statesOf(bought), ['applied', 'applied', 'undone'], 'the order waits behind the charge');
        await assert.rejects(
          decide(bought, { step: 'order' }).catch((error: unknown) => Promise.reject(toDomainError(error))),
          { name: 'DomainError', code: 'failed_precondition', reason: 'NOT_WAITING' },
        );
        closed = false;
        await decide(bought, { decision: 'retry' });
        await assertFails(bought);
        assert.deepEqual(statesOf(bought), ['undone', 'undone', 'undone']);
        await eventually(async () => assert.equal(await foundBy(waiting(bought)), 0, 'nobody is called any more'));
      },
    );
  });

  it('goes on with the older undos when a person handled it outside', () =>
    purchase(
      () => ({ grant: refuse('DECLINED'), refund: refuse('ACCOUNT_CLOSED') }),
      async (bought) => {
        await appears(bought);
        await decide(bought, { decision: 'handled', note: 'paid back by cheque' });
        await assertFails(bought);
        assert.deepEqual(statesOf(bought), ['undone', 'applied', 'undone']);
      },
    ));

  it('asks again when the second try is refused too', () =>
    purchase(
      () => ({ grant: refuse('DECLINED'), refund: refuse('ACCOUNT_CLOSED') }),
      async (bought) => {
        await appears(bought);
        await decide(bought, { decision: 'retry' });
        await eventually(() => decide(bought, { decision: 'handled' }));
        await assertFails(bought);
      },
    ));

  it('tells on its status page what is wrong and what to do', () =>
    purchase(
      () => ({ grant: refuse('DECLINED'), refund: refuse('ACCOUNT_CLOSED') }),
      async (bought) => {
        await appears(bought);
        const { currentDetails } = await bought.handle.query<{ currentDetails: string }>(
          '__temporal_workflow_metadata',
        );
        assert.match(currentDetails, /Needs attention.*`charge`.*ACCOUNT_CLOSED.*`resolveCompensation`/);
        await decide(bought, { decision: 'handled' });
        await assertFails(bought);
      },
    ));
});
