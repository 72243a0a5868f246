import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { prepareWorkflowBundle } from '../bundle.ts';
import { recordedHistories } from '../test/history-file.ts';

Runtime.install({
  logger: new DefaultLogger('ERROR', () => undefined),
  telemetryOptions: { logging: { filter: { core: 'ERROR' } } },
  shutdownSignals: [],
});

let workflowBundle: { codePath: string };
before(async () => void (workflowBundle = await prepareWorkflowBundle()));

/** The server gives no id with a history; the workflow makes its keys of it. */
const workflowId = (history: unknown) => {
  const { events } = history as { events: { workflowExecutionStartedEventAttributes?: { workflowId?: string } }[] };
  return events[0]?.workflowExecutionStartedEventAttributes?.workflowId ?? assert.fail('no workflow id');
};

describe('a workflow that is open while a new version is rolled out', () => {
  const histories = recordedHistories();

  it('has a recorded history of each outcome', () => {
    assert.ok(histories.length >= 36);
  });

  for (const { name, history } of histories) {
    it(`goes on with this version: ${name}`, async () => {
      await Worker.runReplayHistory({ workflowBundle }, history, workflowId(history));
    });
  }

  it('would not go on if a step had been replaced, and this test would notice', async () => {
    const recorded = histories.find(({ name }) => name === 'shop-approval-notified.json');
    const changed: unknown = JSON.parse(JSON.stringify(recorded?.history).replaceAll('"readApproval"', '"readShop"'));
    await assert.rejects(Worker.runReplayHistory({ workflowBundle }, changed, workflowId(changed)), {
      name: 'DeterminismViolationError',
    });
  });
});
