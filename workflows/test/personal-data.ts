import assert from 'node:assert/strict';
import { canaries } from './fake-services.ts';

/** Payloads are base64 in an exported history; both forms are searched, and texts such as failure messages as they are. */
export function assertNoPersonalData(history: string): void {
  const decoded = history.replaceAll(/"data": ?"([^"]*)"/g, (_, data: string) =>
    Buffer.from(data, 'base64').toString(),
  );
  for (const canary of canaries) assert.equal(decoded.includes(canary), false, `${canary} is in the history`);
}
