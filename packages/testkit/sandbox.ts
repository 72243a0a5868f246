import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export type TestSandbox = {
  /** Providers are below it: `${url}/whatsapp`, `/sms/v1/HXSB0000000001IN`, `/razorpay`, `/openai/v1`. */
  readonly url: string;
  readonly tlsPort: number;
  /** The authority of the TLS port. */
  readonly ca: string;
  readonly serviceAccount: { readonly clientEmail: string; readonly privateKey: string };
  /** Calls a control of the sandbox, such as `POST /faults`, and answers its JSON. */
  control(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Replaces the fault script. */
  script(...faults: object[]): Promise<void>;
  /** The lines of `/recorder/messages` or `/recorder/calls`. */
  recorded(kind: 'messages' | 'calls', query?: Record<string, string>): Promise<Record<string, unknown>[]>;
  /** Ends the process at once and starts a new one on the same ports and files. */
  killAndRestart(): Promise<void>;
  stop(): Promise<void>;
};

/** A sandbox of the test's own: its process, ports and files. `env` sets what the sandbox's configuration names. */
export async function startTestSandbox(env: Readonly<Record<string, string>> = {}): Promise<TestSandbox> {
  const directory = await mkdtemp(join(tmpdir(), 'doffers-sandbox-'));
  const variables = { SANDBOX_DIR: join(directory, 'state'), KEYS_DIR: join(directory, 'keys'), ...env };
  let running = await launch({ SANDBOX_HTTP_PORT: '0', SANDBOX_TLS_PORT: '0', ...variables });
  const { httpPort, tlsPort } = running;
  const url = `http://127.0.0.1:${httpPort}`;
  const read = (name: string) => readFile(join(variables.KEYS_DIR, name), 'utf8');
  const account = JSON.parse(await read('sandbox-fcm.json')) as { client_email: string; private_key: string };

  async function control(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(url + path, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  return {
    url,
    tlsPort,
    ca: await read('sandbox-ca.crt'),
    serviceAccount: { clientEmail: account.client_email, privateKey: account.private_key },
    control,
    async script(...faults) {
      await control('DELETE', '/faults');
      if (faults.length > 0) await control('POST', '/faults', faults);
    },
    async recorded(kind, query = {}) {
      const answer = await fetch(`${url}/recorder/${kind}?${new URLSearchParams(query).toString()}`);
      const lines = (await answer.text()).split('\n').filter((line) => line !== '');
      return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    },
    async killAndRestart() {
      await end(running.child, 'SIGKILL');
      running = await launch({ SANDBOX_HTTP_PORT: String(httpPort), SANDBOX_TLS_PORT: String(tlsPort), ...variables });
    },
    async stop() {
      await end(running.child, 'SIGTERM');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

type Running = { readonly child: ChildProcess; readonly httpPort: number; readonly tlsPort: number };

async function launch(env: Record<string, string>): Promise<Running> {
  const program = join(import.meta.dirname, '../../sandbox/server.ts');
  const child = spawn(process.execPath, [program], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const entry = JSON.parse(line) as { msg?: string; httpPort?: number; tlsPort?: number };
    if (entry.msg !== 'ready' || entry.httpPort === undefined || entry.tlsPort === undefined) continue;
    child.stdout.resume();
    return { child, httpPort: entry.httpPort, tlsPort: entry.tlsPort };
  }
  throw new Error('the sandbox ended before it was ready');
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise((resolve) => {
    child.once('exit', resolve);
    child.kill(signal);
  });
}

export type ReceivedWebhook = {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The bytes as they came, which is what a signature is about. */
  readonly body: Buffer;
};

export type WebhookReceiver = {
  readonly url: string;
  readonly received: readonly ReceivedWebhook[];
  /** What the receiver answers from now on; 200 at first. */
  answer: (webhook: ReceivedWebhook) => number;
  stop(): Promise<void>;
};

/** Stands where the gateway stands: takes webhooks, keeps them as they came, answers what the test wants. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  const receiver = { answer: (_webhook: ReceivedWebhook) => 200 };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const webhook = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) };
      received.push(webhook);
      response.writeHead(receiver.answer(webhook)).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(receiver, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
