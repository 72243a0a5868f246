import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { devServerSettings } from '@doffers/temporal/dev-server';

export type TemporalServer = {
  readonly address: string;
  readonly namespace: string;
  /** Starts it, or starts it again with what it knew. It listens a moment later. */
  start(): void;
  /** Ends it without a chance to tidy up. */
  kill(): Promise<void>;
  /** Kills it and forgets what it knew. */
  close(): Promise<void>;
};

type Options = {
  /** Adds dynamic configuration. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Keeps what it knows in memory only, which is a third faster: for tests that do not kill it. */
  readonly inMemory?: boolean;
};

/** A Temporal server like the platform's, for tests that kill it. */
export async function createTemporalServer({ settings = {}, inMemory }: Options = {}): Promise<TemporalServer> {
  const namespace = 'doffers';
  const directory = await mkdtemp(join(tmpdir(), 'temporal-'));
  const port = await freePort();
  const memory = inMemory ? [] : ['--db-filename', join(directory, 'temporal.db')];
  const place = ['--ip', '127.0.0.1', '--port', String(port), ...memory];
  const dynamicConfig = Object.entries({ ...devServerSettings, ...settings }).flatMap(([key, value]) => [
    '--dynamic-config-value',
    `${key}=${value}`,
  ]);
  const command = ['server', 'start-dev', '--headless', '--namespace', namespace, '--log-level', 'error'];
  let server: ChildProcess | undefined;

  const endWithUs = () => server?.kill('SIGKILL');
  process.on('exit', endWithUs);

  async function kill(): Promise<void> {
    const dying = server;
    server = undefined;
    if (dying === undefined || dying.exitCode !== null) return;
    dying.kill('SIGKILL');
    await once(dying, 'exit');
  }

  return {
    address: `127.0.0.1:${port}`,
    namespace,
    start() {
      server = spawn(temporalCli(), [...command, ...place, ...dynamicConfig], { stdio: 'ignore' });
    },
    kill,
    async close() {
      process.off('exit', endWithUs);
      await kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/**
 * Finds the Temporal command: `TEMPORAL_CLI`, else where set-up puts it, else on the path.
 * @throws Error when there is none
 */
export function temporalCli(): string {
  const { TEMPORAL_CLI, PATH = '' } = process.env;
  if (TEMPORAL_CLI) return TEMPORAL_CLI;
  const tools = fileURLToPath(new URL('../../.tools/bin', import.meta.url));
  const found = [tools, ...PATH.split(delimiter)].map((folder) => join(folder, 'temporal')).find(existsSync);
  if (found === undefined) throw new Error('no temporal command: run npm run setup, or set TEMPORAL_CLI');
  return found;
}

/** A port of the loopback that nobody listens on right now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
