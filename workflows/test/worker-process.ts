import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { eventually } from '@doffers/testkit';
import { freePort } from '@doffers/testkit/temporal';
import type { WorkerRole } from '../worker/config.ts';

const main = fileURLToPath(new URL('../worker.ts', import.meta.url));

export type WorkerProcess = {
  readonly process: ChildProcess;
  readonly sdkMetricsPort: number;
  /** A page of its ops port. */
  page(path: string): Promise<{ readonly status: number; readonly body: string }>;
  ready(): Promise<void>;
  /** Everything it logged so far. */
  log(): string;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
};

/** Runs a real worker process on ports of its own. `environment` says where Temporal and the services are. */
export async function startWorkerProcess(
  role: WorkerRole,
  environment: Record<string, string>,
): Promise<WorkerProcess> {
  const [opsPort, sdkMetricsPort] = [await freePort(), await freePort()];
  const ports = { OPS_PORT: String(opsPort), SDK_METRICS_PORT: String(sdkMetricsPort) };
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [main, role], {
    env: { PATH, TEMPORAL_NAMESPACE: 'doffers', ...ports, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => void (log += chunk));
  const ended = once(child, 'exit').then(([code, signal]) => (signal ?? code) as number | NodeJS.Signals);

  async function page(path: string) {
    const response = await fetch(`http://127.0.0.1:${opsPort}${path}`, { signal: AbortSignal.timeout(5_000) });
    return { status: response.status, body: await response.text() };
  }
  async function ready() {
    await eventually(
      async () => {
        const { status, body } = await page('/readyz');
        if (status !== 200) throw new Error(`not ready: ${body}\n${log}`);
      },
      { timeoutMs: 60_000, everyMs: 200 },
    );
  }
  return { process: child, sdkMetricsPort, page, ready, log: () => log, ended };
}
