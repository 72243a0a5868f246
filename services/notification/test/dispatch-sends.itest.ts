import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { transaction } from '@doffers/database';
import { type SandboxProcess, startSandboxProcess } from '@doffers/testkit';
import { createFcm, type Fcm } from '../clients/fcm.ts';
import { readServiceAccount } from '../clients/google-credential.ts';
import { createWhatsApp, type WhatsApp } from '../clients/whatsapp.ts';
import type { ReceiptStatus } from '../domain/receipt.ts';
import { createDeliveryReceipts } from '../repositories/delivery-receipts.ts';
import { setDispatchState, stopDispatch } from '../usecases/control-dispatch.ts';
import { settleDispatch } from '../usecases/read-progress.ts';
import type { SendGroup } from '../usecases/send-group.ts';
import { createPushSender } from '../usecases/send-push.ts';
import { createWhatsappSender } from '../usecases/send-whatsapp.ts';
import { listSenders, resumeSender } from '../usecases/senders.ts';
import { deviceOf, dispatchWorld, drain, type FakeMembers, phoneOf } from './dispatch-world.ts';
import { aReceipt } from './receipts.ts';

describe('dispatching through providers', () => {
  const members: FakeMembers = {};
  let sandbox: SandboxProcess;
  let whatsapp: WhatsApp;
  let fcm: Fcm;
  let world: Awaited<ReturnType<typeof dispatchWorld>>;
  let paced: Omit<Parameters<typeof createWhatsappSender>[0], 'whatsapp'>;
  let send: Parameters<typeof world.process>[0];
  before(async () => {
    sandbox = await startSandboxProcess({ WEBHOOK_TARGET: 'http://127.0.0.1:9' });
    whatsapp = createWhatsApp({
      baseUrl: `${sandbox.url}/whatsapp`,
      token: 'sandbox-whatsapp-token',
      phoneNumberId: '100000000000001',
    });
    const ca = await readFile(join(sandbox.keysDir, 'sandbox-ca.crt'), 'utf8');
    fcm = createFcm({
      serviceAccount: await readServiceAccount(join(sandbox.keysDir, 'sandbox-fcm.json')),
      endpoint: { host: '127.0.0.1', port: sandbox.tlsPort, ca },
    });
    world = await dispatchWorld('sends', { members });
    paced = { reserve: world.deps.senders.reserve, sleep };
    send = { whatsapp: createWhatsappSender({ ...paced, whatsapp }), push: createPushSender(fcm) };
  });
  after(async () => {
    await world.close();
    await whatsapp.close();
    await fcm.close();
    await sandbox.stop();
  });
  beforeEach(async () => {
    await sandbox.control('DELETE', '/faults');
    await sandbox.control('DELETE', '/settings');
    await sandbox.control('POST', '/recorder:reset');
    await world.revive();
    members.phone = phoneOf;
    members.devices = (seq) => [deviceOf(seq)];
    delete members.gate;
  });

  /** The deliveries that the provider took, each as often as it took it. */
  const recorded = async (campaign: string) => {
    const messages = await sandbox.recorded('messages', { campaign });
    return messages.map(({ delivery }) => String(delivery));
  };
  const copies = (deliveries: readonly string[]) => deliveries.length - new Set(deliveries).size;
  const receipts = (campaignId: string, statuses: readonly [number, ReceiptStatus, number?][]) =>
    transaction(world.db, (tx) =>
      createDeliveryReceipts(tx).apply(
        statuses.map(([seq, status, errorCode]) =>
          aReceipt({ deliveryId: `${campaignId}.w.${seq}`, wamid: `wamid.${seq}`, status, errorCode }),
        ),
        new Date(),
      ),
    );

  it('sends WhatsApp once to each open member, at its slots', async () => {
    members.gate = (seq) => (seq === 7 ? 2 : 0);
    const id = await world.prepare('whatsapp', 100);
    const total = await drain(world.chunk(id, 'whatsapp', { by: world.process(send) }));
    assert.deepEqual([total.accepted, total.suppressed, total.nextSeq, total.halt], [99, 1, 100, undefined]);
    const deliveries = await recorded(id);
    assert.equal(new Set(deliveries).size, 99);
    assert.equal(copies(deliveries), 0);
    assert.equal(deliveries.includes(`${id}.w.7`), false);
  });

  it('pushes to every device of a person under one id, and counts one that took it', async () => {
    members.devices = (seq) =>
      seq === 0 ? [] : seq === 1 ? [deviceOf(1).replace(/1$/, 'UNREGISTERED')] : [deviceOf(seq), deviceOf(seq + 1_000)];
    const id = await world.prepare('push', 150);
    const total = await drain(world.chunk(id, 'push', { by: world.process(send) }));
    assert.deepEqual([total.accepted, total.suppressed, total.failed], [148, 1, 1]);
    const { billable, reasons } = await world.progress(id);
    assert.equal(billable, 148);
    assert.deepEqual(reasons, [
      { state: 'SUPPRESSED', reason: 'NO_CONTACT', count: 1 },
      { state: 'FAILED', reason: 'UNREGISTERED', count: 1 },
    ]);
    assert.equal((await recorded(id)).length, 296);
    const [{ payload }] = await world.db.query("SELECT payload FROM outbox WHERE topic = 'user.unreachable'");
    assert.match(payload, /"code":"UNREGISTERED"/);
  });

  for (const crashAt of ['after-claim', 'after-send-before-close'] as const) {
    it(`leaves WhatsApp members of a group unknown whose claimer died ${crashAt}, and sends none of them again`, async () => {
      const id = await world.prepare('whatsapp', 96);
      await assert.rejects(drain(world.chunk(id, 'whatsapp', { by: world.process({ ...send, crashAt }) })), /crashed/);
      const total = await drain(world.chunk(id, 'whatsapp', { by: world.process(send), token: 2n }));
      assert.deepEqual([total.accepted, total.unknown, total.nextSeq], [64, 32, 96]);
      const deliveries = await recorded(id);
      assert.equal(copies(deliveries), 0);
      assert.equal(deliveries.length, crashAt === 'after-claim' ? 64 : 96);
      assert.deepEqual(await world.counted(id), { 15: 32, 20: 64 });
    });

    it(`pushes to the members of a group again, under the same ids, whose claimer died ${crashAt}`, async () => {
      const id = await world.prepare('push', 200);
      await assert.rejects(drain(world.chunk(id, 'push', { by: world.process({ ...send, crashAt }) })), /crashed/);
      const total = await drain(world.chunk(id, 'push', { by: world.process(send), token: 2n }));
      assert.deepEqual([total.accepted, total.unknown], [200, 0]);
      const deliveries = await recorded(id);
      assert.equal(new Set(deliveries).size, 200);
      assert.equal(copies(deliveries), crashAt === 'after-claim' ? 0 : 100);
    });
  }

  it('shows by copies at the provider when nothing is claimed', async () => {
    const id = await world.prepare('whatsapp', 64);
    const careless = { ...send, unsafeNoClaim: true };
    await assert.rejects(
      drain(world.chunk(id, 'whatsapp', { by: world.process({ ...careless, crashAt: 'after-send-before-close' }) })),
      /crashed/,
    );
    await drain(world.chunk(id, 'whatsapp', { by: world.process(careless), token: 2n }));
    assert.equal(copies(await recorded(id)), 32);
  });

  it('lets one of two competing processes have each group, and ends the older one', async () => {
    const id = await world.prepare('whatsapp', 320);
    const [older, younger] = await Promise.allSettled([
      drain(world.chunk(id, 'whatsapp', { by: world.process(send), token: 5n })),
      sleep(30).then(() => drain(world.chunk(id, 'whatsapp', { by: world.process(send), token: 6n }))),
    ]);
    assert.equal(younger?.status, 'fulfilled');
    if (older?.status === 'rejected') assert.equal(older.reason.reason, 'SUPERSEDED');
    const deliveries = await recorded(id);
    assert.equal(copies(deliveries), 0);
    const { accepted, unknown, pending } = await world.progress(id);
    assert.equal(pending, 0);
    assert.equal(accepted + unknown, 320);
    // Evidence of the older call may raise what the younger called unknown.
    assert.ok(accepted <= deliveries.length);
  });

  it('ends the older of two calls in one process after its group, so that nothing becomes unknown', async () => {
    const id = await world.prepare('whatsapp', 320);
    const by = world.process(send);
    const older = drain(world.chunk(id, 'whatsapp', { by, token: 5n }));
    const [first, second] = await Promise.allSettled([
      older,
      sleep(60).then(() => drain(world.chunk(id, 'whatsapp', { by, token: 6n }))),
    ]);
    assert.equal(first?.status === 'rejected' && first.reason.reason, 'SUPERSEDED');
    assert.deepEqual(second?.status === 'fulfilled' && [second.value.accepted, second.value.unknown], [320, 0]);
    assert.equal(copies(await recorded(id)), 0);
    await assert.rejects(
      drain(world.chunk(id, 'whatsapp', { by: world.process({ ...send }), token: 1n, from: 999_999_999 })),
      { reason: 'OFF_GRID' },
    );
  });

  it('sends what was refused for now in another pass, only that, and after the last pass it has failed', async () => {
    await sandbox.script([
      { match: { provider: 'whatsapp', phoneSuffix: '5' }, action: { type: 'error', code: 130429 }, times: 5 },
    ]);
    members.phone = (seq) => (seq === 9 ? '+917000131056' : phoneOf(seq));
    const id = await world.prepare('whatsapp', 64);
    const by = world.process(send);
    const walked = await drain(world.chunk(id, 'whatsapp', { by }));
    const waiting = walked.retry;
    assert.ok(waiting >= 6);
    const { retryPass, retryAt } = await world.progress(id);
    assert.equal(retryPass, 1);
    assert.ok(retryAt);
    const again = await drain(world.chunk(id, 'whatsapp', { by, pass: 1, token: 2n }));
    assert.deepEqual([again.accepted, again.retry], [waiting - 1, 1]);
    for (let pass = 2; pass <= 6; pass++) {
      assert.equal((await world.progress(id)).retryPass, pass);
      await drain(world.chunk(id, 'whatsapp', { by, pass, token: BigInt(pass + 1) }));
    }
    const { accepted, failed, retry, retryPass: none, reasons } = await world.progress(id);
    assert.deepEqual({ accepted, failed, retry, none }, { accepted: 63, failed: 1, retry: 0, none: 0 });
    assert.deepEqual(reasons, [{ state: 'FAILED', reason: '131056', count: 1 }]);
    assert.equal(copies(await recorded(id)), 0);
  });

  it('raises deliveries by receipts in any order, doubled or before the outcome, and bills once', async () => {
    const id = await world.prepare('whatsapp', 32);
    const early = world.process({
      ...send,
      whatsapp: async (group) => {
        const sent = await send!.whatsapp!(group);
        await receipts(id, [
          [0, 'delivered'],
          [1, 'sent'],
          [2, 'failed', 131026],
        ]);
        return sent;
      },
    });
    await drain(world.chunk(id, 'whatsapp', { by: early }));
    await receipts(id, [
      [0, 'sent'],
      [3, 'read'],
      [3, 'delivered'],
      [3, 'sent'],
      [4, 'delivered'],
      [4, 'delivered'],
      [5, 'failed', 131049],
      [5, 'delivered'],
    ]);
    await receipts(id, [
      [4, 'delivered'],
      [0, 'delivered'],
      [4, 'failed', 131026],
    ]);
    const { accepted, delivered, seen, failed, billable, pending } = await world.progress(id);
    assert.deepEqual(
      { accepted, delivered, seen, failed, billable, pending },
      { accepted: 27, delivered: 3, seen: 1, failed: 1, billable: 4, pending: 0 },
    );
    assert.deepEqual(await world.counted(id), { 20: 26, 30: 1, 35: 1, 40: 3, 50: 1 });
    const [{ n }] = await world.db.query(
      'SELECT COUNT(*) AS n FROM delivery WHERE campaign_id = UNHEX(?) AND billed_at IS NOT NULL',
      [id.replaceAll('-', '')],
    );
    assert.equal(Number(n), 4);
    await world.deps.control.settle(id, new Date());
    await receipts(id, [[6, 'delivered']]);
    const late = await world.progress(id);
    assert.deepEqual([late.delivered, late.billable], [4, 4]);
  });

  it('never sends above the rate of a number, with two campaigns at once', async () => {
    await world.db.query('UPDATE sender SET rate_per_second = 80');
    const ids = await Promise.all([world.prepare('whatsapp', 160), world.prepare('whatsapp', 160)]);
    await world.db.query('UPDATE sender SET rate_per_second = 80');
    // When each message was let go: how long it is on its way to the provider is not the sender's to decide.
    const times: number[] = [];
    const timed: SendGroup = (group) => {
      let nowMs = 0;
      const now = () => {
        const time = group.now();
        nowMs = time.getTime();
        return time;
      };
      const sendTemplate: WhatsApp['sendTemplate'] = (message) => {
        times.push(nowMs);
        return whatsapp.sendTemplate(message);
      };
      return createWhatsappSender({ ...paced, whatsapp: { sendTemplate } })({ ...group, now });
    };
    await Promise.all(ids.map((id) => drain(world.chunk(id, 'whatsapp', { by: world.process({ whatsapp: timed }) }))));
    assert.equal((await sandbox.recorded('messages')).length, 320);
    times.sort((one, other) => one - other);
    for (const [index, at] of times.entries()) {
      const inSecond = times.slice(index).filter((time) => time < at + 1_000).length;
      assert.ok(inSecond <= 80, `${inSecond} messages in a second`);
    }
    await world.db.query('UPDATE sender SET rate_per_second = 1000');
  });

  it('answers a pause in the middle of a group with what may still go out, and sends no more than that', async () => {
    const id = await world.prepare('whatsapp', 320);
    const by = world.process(send);
    const running = drain(world.chunk(id, 'whatsapp', { by }));
    await sleep(120);
    const { openMessages } = await setDispatchState(world.deps, id, true);
    const before = (await recorded(id)).length;
    const { halt, nextSeq } = await running;
    assert.equal(halt, 'paused');
    assert.ok(openMessages === 0 || openMessages === 32);
    assert.ok((await recorded(id)).length <= before + openMessages);
    await setDispatchState(world.deps, id, false);
    const rest = await drain(world.chunk(id, 'whatsapp', { by, from: nextSeq, token: 2n }));
    assert.equal(rest.accepted + nextSeq, 320);
    const deliveries = await recorded(id);
    assert.deepEqual([deliveries.length, copies(deliveries)], [320, 0]);
  });

  it('stops: what waits for a pass is never sent, an open group ends as its books close', async () => {
    await sandbox.script([{ match: { provider: 'whatsapp' }, action: { type: 'error', code: 131000 }, times: 32 }]);
    const id = await world.prepare('whatsapp', 96);
    await drain(world.chunk(id, 'whatsapp', { by: world.process(send), to: 32 }));
    await world.revive(); // so many errors stop a sender
    await assert.rejects(
      drain(world.chunk(id, 'whatsapp', { by: world.process({ ...send, crashAt: 'after-claim' }), from: 32, to: 64 })),
    );
    assert.deepEqual(await stopDispatch(world.deps, id, 100), { openMessages: 32 });
    const { suppressed, retry, pending, reasons } = await world.progress(id);
    assert.deepEqual({ suppressed, retry, pending }, { suppressed: 64, retry: 0, pending: 32 });
    assert.deepEqual(reasons, [{ state: 'SUPPRESSED', reason: 'CANCELLED', count: 64 }]);
    const { channels, allFinal } = await settleDispatch(world.deps, id);
    assert.deepEqual([allFinal, channels[0]?.unknown, channels[0]?.pending], [true, 32, 0]);
    assert.deepEqual(await recorded(id), []);
  });

  it('stands still when the provider stops the number, and says when to ask again', async () => {
    await sandbox.script([{ match: { provider: 'whatsapp' }, action: { type: 'error', code: 131048 }, times: 1 }]);
    const id = await world.prepare('whatsapp', 96);
    const by = world.process(send);
    const { halt, resumeAt, retry } = await drain(world.chunk(id, 'whatsapp', { by }));
    assert.equal(halt, 'sender');
    assert.ok(resumeAt && retry >= 1);
    const asked = await drain(world.chunk(id, 'whatsapp', { by, from: 32, token: 2n }));
    assert.deepEqual([asked.halt, asked.nextSeq], ['sender', 32]);
    assert.deepEqual(
      (await listSenders(world.deps)).map(({ id: sender, stopCode, stoppedUntil }) => [sender, stopCode, stoppedUntil]),
      [
        [world.sender.id, '131048', undefined],
        ['fcm', undefined, undefined],
      ],
    );
    const resumed = await resumeSender(world.deps, world.sender.id, 'r1');
    assert.equal(resumed.stopCode, undefined);
    assert.equal((await drain(world.chunk(id, 'whatsapp', { by, from: 32, token: 3n }))).nextSeq, 96);
    await world.deps.senders.stop(world.sender.id, '131031');
    assert.equal((await resumeSender(world.deps, world.sender.id, 'r1')).stopCode, '131031');
    await assert.rejects(resumeSender(world.deps, 'nobody', 'r2'), { reason: 'SENDER_NOT_FOUND' });
  });

  it('calls a WhatsApp message unknown whose answer was lost, and a push it sends again', async () => {
    await sandbox.script([
      { match: { provider: 'whatsapp', nth: 3 }, action: { type: 'cut-after-accept' } },
      { match: { provider: 'fcm', nth: 3 }, action: { type: 'status', status: 503 } },
    ]);
    const [wa, push] = [await world.prepare('whatsapp', 32), await world.prepare('push', 100)];
    const by = world.process(send);
    const { unknown, accepted } = await drain(world.chunk(wa, 'whatsapp', { by }));
    assert.deepEqual([unknown, accepted], [1, 31]);
    const walked = await drain(world.chunk(push, 'push', { by }));
    if (walked.retry > 0) await drain(world.chunk(push, 'push', { by, pass: 1, token: 2n }));
    assert.equal((await world.progress(push)).accepted, 100);
    assert.equal(new Set(await recorded(push)).size, 100);
  });
});
