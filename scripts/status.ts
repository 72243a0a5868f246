import { parseArgs } from 'node:util';
import { print } from './console/print.ts';
import { runMain } from './console/run-main.ts';
import { stackFromEnvironment } from './stack/environment.ts';
import { renderStatus, reportStatus } from './supervisor/status-report.ts';

/** Exits with 0 while the platform runs and every process is ready, with 1 otherwise, so that scripts can ask. */
await runMain(async () => {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
  const report = reportStatus(stackFromEnvironment());
  print.result(values.json ? JSON.stringify(report, undefined, 2) : renderStatus(report));
  return report.platform === 'running' && report.processes.every(({ state }) => state === 'ready') ? 0 : 1;
});
