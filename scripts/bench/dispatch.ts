import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSandboxProcess } from '@doffers/testkit';
import { createFcm } from '../../services/notification/clients/fcm.ts';
import { readServiceAccount } from '../../services/notification/clients/google-credential.ts';
import { createWhatsApp } from '../../services/notification/clients/whatsapp.ts';
import type { Channel } from '../../services/notification/domain/channel.ts';
import { dispatchWorld, drain } from '../../services/notification/test/dispatch-world.ts';
import { createPushSender } from '../../services/notification/usecases/send-push.ts';
import { createWhatsappSender } from '../../services/notification/usecases/send-whatsapp.ts';

/**
 * How fast one process dispatches, without workflow and gateway around it:
 * `node scripts/bench/dispatch.ts in_app 100000 push 20000 whatsapp 5000`. Members come over gRPC from this process
 * too, so its CPU time holds a little more than notification's.
 */
const lanes = 4;
const chunkSizes: Readonly<Record<Channel, number>> = { in_app: 5_000, push: 2_000, whatsapp: 1_280 };

const sandbox = await startSandboxProcess({ WEBHOOK_TARGET: 'http://127.0.0.1:9' });
const world = await dispatchWorld('bench');
const whatsapp = createWhatsApp({
  baseUrl: `${sandbox.url}/whatsapp`,
  token: 'sandbox-whatsapp-token',
  phoneNumberId: world.sender.id,
});
const fcm = createFcm({
  serviceAccount: await readServiceAccount(join(sandbox.keysDir, 'sandbox-fcm.json')),
  endpoint: {
    host: '127.0.0.1',
    port: sandbox.tlsPort,
    ca: await readFile(join(sandbox.keysDir, 'sandbox-ca.crt'), 'utf8'),
  },
});
const by = world.process({
  whatsapp: createWhatsappSender({ whatsapp, reserve: world.deps.senders.reserve, sleep }),
  push: createPushSender(fcm),
});

try {
  await sandbox.control('PATCH', '/settings', { fcm: { ratePerMinute: 0 } });
  const [, , ...wanted] = process.argv;
  for (let index = 0; index < wanted.length; index += 2) {
    await measure(wanted[index] as Channel, Number(wanted[index + 1]));
  }
} finally {
  await Promise.all([whatsapp.close(), fcm.close()]);
  await world.close();
  await sandbox.stop();
}

async function measure(channel: Channel, size: number): Promise<void> {
  const campaignId = await world.prepare(channel, size);
  const starts = Array.from(
    { length: Math.ceil(size / chunkSizes[channel]) },
    (_, index) => index * chunkSizes[channel],
  );
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (let from = starts.shift(); from !== undefined; from = starts.shift()) {
        await drain(world.chunk(campaignId, channel, { from, to: from + chunkSizes[channel], by }));
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const { accepted, retry, unknown } = await world.progress(campaignId);
  const line = `${channel}: ${Math.round(size / seconds)}/s, ${((user + system) / 1e6 / size) * 1e5} CPU-s per 100,000 in this process; accepted ${accepted}, retry ${retry}, unknown ${unknown}\n`;
  if (!process.stdout.write(line)) await once(process.stdout, 'drain');
}
