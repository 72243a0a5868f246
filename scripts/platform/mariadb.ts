import { existsSync } from 'node:fs';
import { mkdir, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../console/run-command.ts';
import { toolPath, unpackedDir } from '../setup/tools.ts';
import { root, type Stack } from '../stack/stack.ts';
import { mariadbProbe } from '../supervisor/probes.ts';
import type { ProcessDefinition } from '../supervisor/process-definition.ts';
import { databaseUrlsOf, dataServices, isProduction, serverEnvironment } from './process-environment.ts';
import { databaseUsersSql } from './sql-users.ts';

const sqlMode = [
  'STRICT_ALL_TABLES',
  'ERROR_FOR_DIVISION_BY_ZERO',
  'NO_ZERO_DATE',
  'NO_ZERO_IN_DATE',
  'NO_ENGINE_SUBSTITUTION',
  'ONLY_FULL_GROUP_BY',
].join(',');

/** A commit is on disk before it is acknowledged, in the tables and in the binary log. */
const durability = ['--innodb-flush-log-at-trx-commit=1', '--log-bin=binlog', '--binlog-format=ROW', '--sync-binlog=1'];
/** Lets a migration make the ledger's triggers without SUPER; harmless where rows are logged and not statements. */
const triggers = ['--log-bin-trust-function-creators=1'];
const housekeeping = ['--max-binlog-size=256M', '--binlog-expire-logs-seconds=604800', '--max-connections=500'];
const semantics = [
  '--character-set-server=utf8mb4',
  '--collation-server=utf8mb4_bin',
  '--default-time-zone=+00:00',
  '--transaction-isolation=READ-COMMITTED',
  `--sql-mode=${sqlMode}`,
];

/** MariaDB with a database and two least-privilege users for each service, made before its port opens. */
export function mariadb(stack: Stack, env: NodeJS.ProcessEnv): ProcessDefinition {
  const dataDir = join(stack.runDir, 'mariadb');
  const initFile = join(stack.runDir, 'mariadb-init.sql');
  const { port } = stack.ports.mariadb;
  const urls = databaseUrlsOf(env, stack);
  return {
    name: 'mariadb',
    command: toolPath('mariadbd'),
    args: [
      '--no-defaults',
      ...placeOptions(),
      `--datadir=${dataDir}`,
      // Relative to the data directory: the path of a socket may have only 107 bytes.
      '--socket=mariadb.sock',
      '--pid-file=mariadbd.pid',
      `--init-file=${initFile}`,
      '--bind-address=127.0.0.1',
      `--port=${port}`,
      '--skip-name-resolve',
      '--innodb-buffer-pool-size=512M',
      ...durability,
      ...triggers,
      ...housekeeping,
      ...semantics,
    ],
    env: mariadbEnvironment(env),
    cwd: root,
    ports: { 'mariadb.port': port },
    after: [],
    ready: mariadbProbe(urls[dataServices[0] ?? 'auth'].rows),
    stopGraceMs: 20_000,
    async prepare() {
      await createDataDirectory(dataDir, env);
      // In production root is reached through the socket only, by whoever is root on the machine.
      const lockRoot = isProduction(env) ? ["ALTER USER IF EXISTS 'root'@'127.0.0.1' ACCOUNT LOCK"] : [];
      const statements = [...databaseUsersSql(urls, '127.0.0.1'), ...lockRoot];
      await writeFile(initFile, statements.map((statement) => `${statement};\n`).join(''), { mode: 0o600 });
    },
  };
}

/** Makes the system tables aside and moves them, so that an interrupted attempt leaves no half of them. */
async function createDataDirectory(dataDir: string, env: NodeJS.ProcessEnv): Promise<void> {
  if (existsSync(dataDir)) return;
  const unfinished = `${dataDir}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  const { code, output } = await runCommand(
    await realpath(toolPath('mariadb-install-db')),
    [
      '--no-defaults',
      ...placeOptions(),
      `--datadir=${unfinished}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      '--skip-name-resolve',
    ],
    { env: mariadbEnvironment(env), timeoutMs: 120_000 },
  );
  if (code !== 0) throw new Error(`mariadb-install-db failed: ${output.trim().slice(-500)}`);
  await rename(unfinished, dataDir);
}

/** Where the program finds its own files when it was unpacked and not installed; as root it insists on being told. */
function placeOptions(): string[] {
  const asRoot = process.getuid?.() === 0 ? ['--user=root'] : [];
  if (!existsSync(unpackedDir)) return asRoot;
  const usr = join(unpackedDir, 'usr');
  return [
    ...asRoot,
    `--basedir=${usr}`,
    `--lc-messages-dir=${usr}/share/mysql`,
    `--plugin-dir=${usr}/lib/mysql/plugin`,
  ];
}

function mariadbEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  return { ...serverEnvironment(env), ...unpackedLibraries() };
}

/** Lets an unpacked program find the libraries that were unpacked beside it. */
export function unpackedLibraries(): Record<string, string> {
  if (!existsSync(unpackedDir)) return {};
  const dirs = ['usr/lib/x86_64-linux-gnu', 'lib/x86_64-linux-gnu'].map((dir) => join(unpackedDir, dir));
  return { LD_LIBRARY_PATH: dirs.join(':') };
}
