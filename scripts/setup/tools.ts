import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { toolsDir } from '../stack/stack.ts';

/** The programs that set-up provides; `.tools/bin` holds one link for each, wherever the program itself lies. */
export const toolNames = ['temporal', 'envoy', 'weed', 'mariadbd', 'mariadb-install-db', 'redis-server'] as const;
export type ToolName = (typeof toolNames)[number];

const binDir = join(toolsDir, 'bin');

export const toolPath = (name: ToolName): string => join(binDir, name);

/** Whether the tool is there; a link whose target was uninstalled counts as missing. */
export const hasTool = (name: ToolName): boolean => existsSync(toolPath(name));

/** Where Debian packages are unpacked when they cannot be installed. */
export const unpackedDir = join(toolsDir, 'debian');
