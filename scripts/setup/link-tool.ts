import { mkdir, rm, symlink } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { root } from '../stack/stack.ts';
import { type ToolName, toolPath } from './tools.ts';

/** Makes `.tools/bin/<name>` point to `target`; relatively inside the clone, so that the clone can be moved. */
export async function linkTool(name: ToolName, target: string): Promise<void> {
  const link = toolPath(name);
  await mkdir(dirname(link), { recursive: true });
  await rm(link, { force: true });
  await symlink(target.startsWith(root) ? relative(dirname(link), target) : target, link);
}
