import { spawn } from 'node:child_process';
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
  stop(): Promise<void>;
};

const program = join(import.meta.dirname, '../../sandbox/server.ts');

/** The outside world as a process of its own on free ports, so that a test of an adapter meets a real server. */
export async function startSandboxProcess(env: Readonly<Record<string, string>> = {}): Promise<SandboxProcess> {
  const dir = await mkdtemp(join(tmpdir(), 'sandbox-'));
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, SANDBOX_HTTP_PORT: '0', SANDBOX_TLS_PORT: '0', SANDBOX_DIR: dir, KEYS_DIR: dir, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { httpPort, tlsPort } = await ready(child.stdout);
  const url = `http://127.0.0.1:${httpPort}`;
  return {
    url,
    tlsPort,
    keysDir: dir,
    async script(faults) {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${url}/faults`, { method: 'POST', headers, body: JSON.stringify(faults) });
      if (!answer.ok) throw new Error(`the sandbox refused the script: ${await answer.text()}`);
    },
    async stop() {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function ready(output: NodeJS.ReadableStream): Promise<{ httpPort: number; tlsPort: number }> {
  for await (const line of createInterface({ input: output })) {
    const entry = JSON.parse(line) as { msg?: string; httpPort?: number; tlsPort?: number };
    if (entry.msg !== 'ready' || entry.httpPort === undefined || entry.tlsPort === undefined) continue;
    output.resume(); // nobody reads the rest, and a full pipe would stop the sandbox
    return { httpPort: entry.httpPort, tlsPort: entry.tlsPort };
  }
  throw new Error('the sandbox ended before it was ready');
}
