import { Gauge, type Registry } from 'prom-client';
import type { Senders } from './sender-repository.ts';

/** Rate and state of each sender, read from its row when somebody looks: every process tells the same. */
export function measureSenders(senders: Pick<Senders, 'list'>, registry: Registry): void {
  new Gauge({
    name: 'doffers_sender_rate_per_second',
    help: 'How fast a paced sender is driven now; below its configured rate after the provider asked to slow down.',
    labelNames: ['sender'],
    registers: [registry],
    async collect() {
      const paced = (await senders.list()).filter(({ ratePerSecond }) => ratePerSecond > 0);
      for (const { id: sender, currentRatePerSecond } of paced) this.set({ sender }, currentRatePerSecond);
    },
  });
  new Gauge({
    name: 'doffers_sender_stopped',
    help: '1 while a sender stands still, with the code that stopped it.',
    labelNames: ['sender', 'code'],
    registers: [registry],
    async collect() {
      this.reset();
      for (const { id: sender, stopCode = '' } of await senders.list()) {
        this.set({ sender, code: stopCode }, stopCode === '' ? 0 : 1);
      }
    },
  });
}
