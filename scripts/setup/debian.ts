import { constants } from 'node:fs';
import { access, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError } from '../console/command-error.ts';
import { runCommand } from '../console/run-command.ts';
import { unpackedDir } from './tools.ts';

const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
const minutes = (n: number) => n * 60_000;

export const isRoot = (): boolean => process.getuid?.() === 0;

/** Installs packages for the whole machine. @throws CommandError when apt cannot */
export async function installSystemPackages(packages: readonly string[]): Promise<void> {
  const options = { env, timeoutMs: minutes(5), show: true };
  const patient = ['-o', 'DPkg::Lock::Timeout=120'];
  await apt(['update', '--quiet', ...patient], options);
  await apt(['install', '--yes', '--quiet', '--no-install-recommends', ...patient, ...packages], options);
}

/**
 * Unpacks packages, with whatever else of theirs this machine lacks, into `.tools/debian`: the way for people who may
 * not install anything. A simulated installation tells which packages those are.
 */
export async function unpackPackages(packages: readonly string[]): Promise<void> {
  const simulated = await apt(['--simulate', '--no-install-recommends', 'install', ...packages], {
    env,
    timeoutMs: minutes(1),
  });
  const missing = [...simulated.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name ?? '');
  const downloads = join(unpackedDir, 'downloads');
  await rm(unpackedDir, { recursive: true, force: true });
  await mkdir(downloads, { recursive: true });
  await apt(['download', ...missing], { env, timeoutMs: minutes(5), cwd: downloads, show: true });
  for (const file of await readdir(downloads)) {
    const { code } = await runCommand('dpkg', ['-x', join(downloads, file), unpackedDir], { timeoutMs: minutes(1) });
    if (code !== 0) throw new CommandError(`${file} could not be unpacked`);
  }
  await rm(downloads, { recursive: true, force: true });
}

/** The first of these paths that can be run. */
export async function findExecutable(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const usable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return path;
  }
  return undefined;
}

type AptOptions = { env: NodeJS.ProcessEnv; timeoutMs: number; show?: boolean; cwd?: string };

async function apt(args: readonly string[], options: AptOptions): Promise<string> {
  const result = await runCommand('apt-get', args, options).catch(() => undefined);
  if (result?.code === 0) return result.output;
  const why = result ? result.output.trim().split('\n').at(-1) || 'see above' : 'this machine has no apt-get';
  throw new CommandError(`apt-get ${args[0]?.replace('--simulate', 'install')} failed: ${why}`);
}
