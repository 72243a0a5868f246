import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { renderStatus, type StatusReport } from './status-report.ts';

const redis = {
  process: 'redis',
  state: 'ready',
  pid: 41,
  port: 16379,
  restarts: 2,
  memoryBytes: 12 * 1024 * 1024,
  uptimeMs: 4_000,
  lastEnd: 'signal SIGKILL, 4.0 s ago',
};
const report: StatusReport = { platform: 'running', offset: 0, supervisorPid: 7, processes: [redis] };

describe('status', () => {
  it('shows state, pid, port, restarts, memory and uptime of each process', () => {
    const [, row] = renderStatus(report).split('\n');
    assert.equal(
      row?.replaceAll(/ {2,}/g, ' | '),
      'redis | ready | 41 | 16379 | 2 | 12 MB | 4.0 s | signal SIGKILL, 4.0 s ago',
    );
  });

  it('sums up the whole platform', () =>
    assert.match(renderStatus(report), /running, 12 MB in all, supervisor pid 7$/));

  it('says what to do when nothing runs', () => {
    assert.match(renderStatus({ ...report, platform: 'stopped', processes: [] }), /npm start/);
  });

  it('says what to do when the supervisor was killed', () => {
    assert.match(renderStatus({ ...report, platform: 'killed' }), /npm stop ends them/);
  });
});
