/**
 * Ends a test file that does not end by itself. Node's own limit is for single tests: what a test leaves running, such as
 * a worker that waits for a workflow, keeps its file alive for ever, and with it the whole run. It is imported before the
 * file, as `file-limit.ts?ms=…`.
 */
import { isMainThread } from 'node:worker_threads';

const ms = Number(new URL(import.meta.url).searchParams.get('ms'));

if (isMainThread && ms > 0) setTimeout(end, ms).unref();

function end(): void {
  const left = process.getActiveResourcesInfo().join(', ');
  process.stderr.write(`the file did not end within ${ms / 1_000} s; still open: ${left}\n`);
  process.exit(1);
}
