import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventually, restClient, testServers } from '@doffers/testkit';
import { serviceNames } from '@doffers/topology';
import { stackAt } from '../../scripts/stack/stack.ts';
import { reportStatus } from '../../scripts/supervisor/status-report.ts';
import { newPhone } from '../e2e/people.ts';
import { processIn, statusOf } from './supervisor-stack.ts';

const { stack: ports, gatewayUrl } = testServers();
const stack = stackAt(ports.offset);
const api = restClient(gatewayUrl);

/** What the platform promises after the death of any one process. */
const recoversWithinMs = 15_000;

const processes = [
  'mariadb',
  'redis',
  'temporal',
  's3',
  'sandbox',
  ...serviceNames,
  'worker-workflow',
  'worker-activity',
  'gateway',
];

/** A read and a write through Envoy that need both datastores, the sandbox and three services. */
async function assertAnswers(): Promise<void> {
  const read = await api.get('/v1/pincodes/560001');
  assert.equal(read.status, 200, JSON.stringify(read.body));
  const write = await api.post('/v1/auth/otp:send', { body: { phone: newPhone() } });
  assert.equal(write.status, 200, JSON.stringify(write.body));
}

describe('kill -9 of any process', () => {
  it('is tried with every process of the platform', () => {
    const known = reportStatus(stack).processes.map(({ process }) => process);
    assert.deepEqual(known.toSorted(), processes.toSorted());
  });

  for (const name of processes) {
    it(`of ${name}: it is started again, the status shows it, and the platform answers`, async () => {
      const before = statusOf(stack, name);
      assert.ok(before.pid);
      process.kill(before.pid, 'SIGKILL');

      const report = await eventually(
        () => {
          const now = reportStatus(stack);
          const { restarts, pid, lastEnd } = processIn(now, name);
          assert.equal(restarts, before.restarts + 1);
          assert.notEqual(pid, before.pid);
          assert.match(lastEnd ?? '', /SIGKILL/);
          for (const { process, state } of now.processes) assert.equal(state, 'ready', `${process} is ${state}`);
          return now;
        },
        { timeoutMs: recoversWithinMs },
      );
      await eventually(assertAnswers, { timeoutMs: recoversWithinMs });
      assert.equal(report.platform, 'running');
    });
  }
});
