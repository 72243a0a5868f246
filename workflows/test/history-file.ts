import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { temporalCli, type WorkflowEnvironment } from '@doffers/testkit/temporal';

const folder = new URL('../histories/', import.meta.url);

/** What says only on which machine a history was recorded; the name of a worker's own queue does too. */
const local = new Set(['identity', 'stackTrace', 'sdkName', 'sdkVersion', 'workerVersion']);
const workerName = /^\d+@\S+$/;

/** A workflow's history as operations would export it. */
export async function exportHistory({ address, namespace }: WorkflowEnvironment, workflowId: string): Promise<string> {
  const where = ['--address', address, '--namespace', namespace, '--workflow-id', workflowId];
  const { stdout } = await promisify(execFile)(temporalCli(), ['workflow', 'show', ...where, '--output', 'json']);
  return stdout;
}

/**
 * Writes a history to `histories/`, where the replay test finds it, when `RECORD_HISTORIES` is set. Recorded histories
 * stand for workflows that are open while a new version is rolled out: add new ones, and keep the old ones for as long
 * as workflows of their kind may be open.
 */
export async function recordHistory(name: string, history: string): Promise<void> {
  if (!process.env.RECORD_HISTORIES) return;
  const cleaned: unknown = JSON.parse(history, (key, value) => (local.has(key) ? undefined : anonymous(value)));
  await writeFile(new URL(`${name}.json`, folder), `${JSON.stringify(cleaned, null, 1)}\n`);
}

function anonymous(value: unknown): unknown {
  return typeof value === 'string' && workerName.test(value) ? 'worker' : value;
}

/** The recorded histories by name. */
export function recordedHistories(): { readonly name: string; readonly history: unknown }[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return files.map((file) => ({ name: file, history: JSON.parse(readFileSync(new URL(file, folder), 'utf8')) }));
}
