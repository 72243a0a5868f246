import assert from 'node:assert/strict';
import { eventually, testServers } from '@doffers/testkit';
import type { ServiceName } from '@doffers/topology';

type Labels = Readonly<Record<string, string>>;

/** The value of a counter or gauge of a service, 0 while it has none with these labels. */
async function metricOf(service: ServiceName, name: string, labels: Labels = {}): Promise<number> {
  const { opsPort } = testServers().stack.services[service];
  const page = await fetch(`http://127.0.0.1:${opsPort}/metrics`);
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const line = (await page.text())
    .split('\n')
    .find(
      (text) =>
        text.startsWith(name) && /[{ ]/.test(text[name.length] ?? '') && wanted.every((part) => text.includes(part)),
    );
  return line === undefined ? 0 : Number(line.split(' ').at(-1));
}

/** What one provider has reported so far, by what became of it; `rises` waits until that many more were counted. */
export function reportsOf(service: ServiceName, provider: string) {
  const count = (outcome: string) => metricOf(service, 'doffers_webhook_events_total', { provider, outcome });
  return {
    count,
    async rises(outcome: string, before: number, by = 1): Promise<void> {
      await eventually(async () => assert.ok((await count(outcome)) >= before + by, `${outcome} did not rise`), {
        everyMs: 100,
      });
    },
  };
}
