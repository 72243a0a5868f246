import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export type SandboxProcess = {
  readonly url: string;
  readonly tlsPort: number;
  /** Holds the keys that the sandbox made for its TLS port and service account. */
  readonly keysDir: string;
  /** Scripts the next answers: the body of `POST /faults`. */
  script(faults: unknown): Promise<void>;
  /** Calls any control of the sandbox and answers its JSON. */
  control(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
  /** What the providers accepted (`messages`) or were asked (`calls`), by the filters of the recorder. */
  recorded(kind: 'messages' | 'calls', filter?: Readonly<Record<string, string>>): Promise<Record<string, unknown>[]>;
  /** Kills it as a crash does, then starts it again on the same ports and files. */
  crash(): Promise<void>;
  stop(): Promise<void>;
};

const program = join(import.meta.dirname, '../../sandbox/server.ts');

/** The outside world as a process of its own on free ports, so that a test of an adapter meets a real server. */
export async function startSandboxProcess(env: Readonly<Record<string, string>> = {}): Promise<SandboxProcess> {
  const dir = await mkdtemp(join(tmpdir(), 'sandbox-'));
  const variables = { SANDBOX_DIR: dir, KEYS_DIR: dir, ...env };
  let running = await launch({ SANDBOX_HTTP_PORT: '0', SANDBOX_TLS_PORT: '0', ...variables });
  const { httpPort, tlsPort } = running;
  const url = `http://127.0.0.1:${httpPort}`;

  const control: SandboxProcess['control'] = async (method, path, body) => {
    const answer = await fetch(url + path, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
    if (!answer.ok) throw new Error(`the sandbox refused ${method} ${path}: ${await answer.text()}`);
    return answer.json();
  };

  return {
    url,
    tlsPort,
    keysDir: dir,
    control,
    script: async (faults) => void (await control('POST', '/faults', faults)),
    async recorded(kind, filter = {}) {
      const answer = await fetch(`${url}/recorder/${kind}?${new URLSearchParams(filter).toString()}`);
      const lines = (await answer.text()).split('\n').filter((line) => line !== '');
      return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    },
    async crash() {
      await end(running.child, 'SIGKILL');
      running = await launch({ SANDBOX_HTTP_PORT: String(httpPort), SANDBOX_TLS_PORT: String(tlsPort), ...variables });
    },
    async stop() {
      await end(running.child, 'SIGTERM');
      await rm(dir, { recursive: true, force: true });
    },
  };
}

type Running = { readonly child: ChildProcess; readonly httpPort: number; readonly tlsPort: number };

async function launch(env: Readonly<Record<string, string>>): Promise<Running> {
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const entry = JSON.parse(line) as { msg?: string; httpPort?: number; tlsPort?: number };
    if (entry.msg !== 'ready' || entry.httpPort === undefined || entry.tlsPort === undefined) continue;
    child.stdout.resume(); // nobody reads the rest, and a full pipe would stop the sandbox
    return { child, httpPort: entry.httpPort, tlsPort: entry.tlsPort };
  }
  throw new Error('the sandbox ended before it was ready');
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}
