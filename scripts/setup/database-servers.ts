import { delimiter, join } from 'node:path';
import { CommandError } from '../console/command-error.ts';
import { findExecutable, installSystemPackages, isRoot, unpackPackages } from './debian.ts';
import { linkTool } from './link-tool.ts';
import type { Step } from './step.ts';
import { hasTool, type ToolName, unpackedDir } from './tools.ts';

/**
 * The packages that hold the programs and nothing else. `mariadb-server` and `redis-server` would add services that
 * start with the machine; the Redis server itself is in `redis-tools`, where it checks dumps under another name.
 */
const packages = ['mariadb-server-core', 'mariadb-client-core', 'redis-tools'];

const programs: Partial<Record<ToolName, readonly string[]>> = {
  mariadbd: ['mariadbd'],
  'mariadb-install-db': ['mariadb-install-db'],
  'redis-server': ['redis-server', 'redis-check-rdb'],
};

// Servers live in the system's sbin, which is not on everybody's PATH.
const systemDirs = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
const unpackedDirs = ['usr/bin', 'usr/sbin'].map((dir) => join(unpackedDir, dir));

/** MariaDB and Redis: the installed ones, else Debian's packages, installed by root or unpacked by anybody else. */
export const databaseServers: Step = {
  name: 'MariaDB, Redis',
  isDone: async () => Object.keys(programs).every((name) => hasTool(name as ToolName)),
  async run() {
    if (await linkPrograms(systemDirs)) return;
    if (await linkPrograms(unpackedDirs)) return;
    try {
      if (isRoot()) await installSystemPackages(packages);
      else await unpackPackages(packages);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new CommandError(
        `MariaDB and Redis are not installed, and could not be had (${why}). Install mariadb-server and redis-server, or use Docker: docker compose up`,
      );
    }
    if (await linkPrograms(isRoot() ? systemDirs : unpackedDirs)) return;
    throw new CommandError(
      'the packages of MariaDB and Redis do not hold the expected programs; use Docker: docker compose up',
    );
  },
};

async function linkPrograms(dirs: readonly string[]): Promise<boolean> {
  for (const [name, aliases] of Object.entries(programs)) {
    const program = await findExecutable(aliases.flatMap((alias) => dirs.map((dir) => join(dir, alias))));
    if (!program) return false;
    await linkTool(name as ToolName, program);
  }
  return true;
}
