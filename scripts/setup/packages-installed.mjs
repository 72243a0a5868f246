// Exits with 0 when node_modules holds exactly what package-lock.json names. Plain JavaScript, because it runs on the
// system's Node before Node 24 is there; npm writes what it installed into node_modules/.package-lock.json.
import { readFileSync } from 'node:fs';

function packagesIn(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

const wanted = packagesIn('package-lock.json');
const installed = packagesIn('node_modules/.package-lock.json');

/** Optional packages are for other platforms; entries without an integrity are the workspaces' own folders. */
const matches = ([path, entry]) =>
  !entry.integrity || (installed[path] ? installed[path].integrity === entry.integrity : entry.optional === true);

process.exitCode = wanted && installed && Object.entries(wanted).every(matches) ? 0 : 1;
