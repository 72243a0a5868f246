import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { PushOutcome } from '../clients/fcm.ts';
import type { WhatsAppOutcome } from '../clients/whatsapp.ts';
import { createSenders } from '../repositories/sender-repository.ts';
import { readProgress } from '../usecases/read-progress.ts';
import { createPushSender } from '../usecases/send-push.ts';
import { createWhatsappSender } from '../usecases/send-whatsapp.ts';
import { deviceOf, dispatchWorld, drain } from './dispatch-world.ts';

const accepted = { kind: 'accepted', providerId: 'p' } as const;

describe('the health of senders', () => {
  let world: Awaited<ReturnType<typeof dispatchWorld>>;
  let answer: (seq: number) => WhatsAppOutcome;
  let pushAnswer: (token: string) => PushOutcome;
  let sent: number;
  let send: Parameters<typeof world.process>[0];
  before(async () => {
    world = await dispatchWorld('health');
    const sleep = (ms: number) => new Promise((resolve) => void setTimeout(resolve, ms));
    const whatsapp = {
      sendTemplate: async ({ deliveryId }: { deliveryId: string }) => {
        sent++;
        return answer(Number(deliveryId.split('.').at(-1)));
      },
    };
    const { reserve } = world.deps.senders;
    send = {
      whatsapp: createWhatsappSender({ whatsapp, reserve, sleep }),
      push: createPushSender({ send: async ({ device }) => pushAnswer('token' in device ? device.token : '') }),
    };
    await world.prepare('whatsapp', 1);
  });
  after(() => world.close());
  beforeEach(async () => {
    sent = 0;
    answer = () => accepted;
    pushAnswer = () => accepted;
    await world.revive();
  });

  const chunk = (id: string, channel: 'whatsapp' | 'push', call: object = {}) =>
    drain(world.chunk(id, channel, { by: world.process(send), ...call }));
  const senderNow = async (id = world.sender.id) => (await world.deps.senders.list()).find((one) => one.id === id);
  const refusal = (code: number, retryAfterMs?: number): WhatsAppOutcome => ({
    kind: 'retry',
    code,
    scope: 'sender',
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });

  it('slows down once for a storm of "too fast", and gives the rate back over time', async () => {
    answer = (seq) => (seq < 8 ? refusal(130429) : accepted);
    const id = await world.prepare('whatsapp', 32);
    const { halt, retry } = await chunk(id, 'whatsapp');
    assert.deepEqual([halt, retry], [undefined, 8]);
    const slowed = (await senderNow())?.currentRatePerSecond ?? 0;
    assert.ok(slowed >= 500 && slowed < 750, `${slowed} a second`);
    const { intervalMicros } = await world.deps.senders.reserve(world.sender.id, 1);
    assert.ok(intervalMicros > 1_200, `a slot every ${intervalMicros} µs`);
    await world.db.query('UPDATE sender SET slowed_at = NOW(3) - INTERVAL 3 SECOND WHERE rate_per_second > 0');
    const growing = (await senderNow())?.currentRatePerSecond ?? 0;
    assert.ok(growing >= 750 && growing < 1_000, `${growing} a second`);
    await world.db.query('UPDATE sender SET slowed_at = NOW(3) - INTERVAL 20 SECOND WHERE rate_per_second > 0');
    assert.equal((await senderNow())?.currentRatePerSecond, 1_000);
    assert.equal((await world.deps.senders.reserve(world.sender.id, 1)).intervalMicros, 1_021);
    await world.deps.senders.slowDown(world.sender.id, 0.5);
    await world.deps.senders.slowDown(world.sender.id, 0.5);
    assert.ok(((await senderNow())?.currentRatePerSecond ?? 0) >= 500, 'two refusals of one storm count once');
  });

  it('loses a twentieth of its rate for the one message that came a moment early', async () => {
    answer = (seq) => (seq === 0 ? refusal(130429) : accepted);
    await chunk(await world.prepare('whatsapp', 320), 'whatsapp');
    const slowed = (await senderNow())?.currentRatePerSecond ?? 0;
    assert.ok(slowed >= 930 && slowed <= 1_000, `${slowed} a second`);
  });

  it('spreads its first messages after it was idle, and then keeps its rate', async () => {
    const reserve = async () => (await world.deps.senders.reserve(world.sender.id, 16)).intervalMicros;
    await world.db.query(
      'UPDATE sender SET slowed_at = NULL, slow_permille = 1000, next_slot_us = 0 WHERE rate_per_second > 0',
    );
    assert.equal(await reserve(), 1_021 + 5_000);
    assert.equal(await reserve(), 1_021);
  });

  it('hands out slots that are asked for at the same time in one write, one behind the other', async () => {
    let writes = 0;
    const { reserve } = createSenders({
      pool: {
        ...world.pool,
        together(text) {
          writes += 1;
          return world.pool.together(text);
        },
      },
      now: () => new Date(),
    });
    const slots = await Promise.all([32, 1, 20, 32].map((count) => reserve(world.sender.id, count)));
    assert.equal(writes, 1);
    assert.deepEqual(
      slots.map(({ count }) => count),
      [32, 1, 20, 32],
    );
    for (const [at, { firstMs, intervalMicros, count }] of slots.entries()) {
      const next = slots[at + 1]?.firstMs ?? Number.POSITIVE_INFINITY;
      assert.ok(next - firstMs > (count * intervalMicros) / 1_000 - 0.01, `${next - firstMs} ms for ${count}`);
    }
  });

  it('holds good messages against errors from the first error on, whenever they are written', async () => {
    const { count, countGood, reserve } = world.deps.senders;
    const later = new Date(Date.now() + 60_000);
    const sends = async () => Number((await world.db.query('SELECT MAX(sends) AS n FROM sender'))[0].n);
    countGood(world.sender.id, 5_000);
    assert.equal(await count(world.sender.id, { sends: 10, errors: 10 }, later), false);
    assert.equal(await sends(), 10);
    countGood(world.sender.id, 20);
    await reserve(world.sender.id, 1);
    assert.equal(await sends(), 30);
    countGood(world.sender.id, 200);
    assert.equal(await count(world.sender.id, { sends: 10, errors: 10 }, later), false);
    assert.equal(await count(world.sender.id, { sends: 10, errors: 10 }, later), true);
  });

  it('keeps the slots of two reservations apart, also when the answer of one is read late', async () => {
    let lateMs = 0;
    const { reserve } = createSenders({
      pool: {
        ...world.pool,
        async together(text) {
          const answer = await world.pool.together(text);
          await new Promise((resolve) => void setTimeout(resolve, lateMs));
          return answer;
        },
      },
      now: () => new Date(),
    });
    await world.deps.senders.reserve(world.sender.id, 500);
    await reserve(world.sender.id, 1);
    lateMs = 400;
    const late = await reserve(world.sender.id, 32);
    lateMs = 0;
    const next = await reserve(world.sender.id, 32);
    const apartMs = next.firstMs - late.firstMs;
    assert.ok(apartMs > (31 * late.intervalMicros) / 1_000, `${apartMs} ms apart`);
  });

  it('waits as long as WhatsApp asks, for every campaign', async () => {
    answer = (seq) => (seq === 0 ? refusal(80007, 90_000) : accepted);
    const [first, second] = [await world.prepare('whatsapp', 96), await world.prepare('whatsapp', 32)];
    const { halt, resumeAt, nextSeq, code } = await chunk(first, 'whatsapp');
    assert.deepEqual([halt, nextSeq, code], ['throttled', 32, '80007']);
    assert.ok(resumeAt && resumeAt.getTime() - Date.now() > 80_000);
    assert.deepEqual([(await chunk(second, 'whatsapp')).halt, sent], ['throttled', 32]);
  });

  it('stops at a fifth of errors in a hundred messages, tells everybody, and goes on after the cool-down', async () => {
    answer = (seq) => (seq % 4 === 0 ? { kind: 'unknown', reason: 'cut' } : accepted);
    const id = await world.prepare('whatsapp', 320);
    const { halt, code, nextSeq, unknown } = await chunk(id, 'whatsapp');
    assert.deepEqual([halt, code, nextSeq, unknown], ['sender', 'ERROR_RATE', 96, 24]);
    const [channel] = (await readProgress(world.deps, id)).channels;
    assert.equal(channel?.heldUpBy, 'ERROR_RATE');
    assert.equal((await chunk(id, 'whatsapp', { from: 96, token: 2n })).halt, 'sender');
    await world.db.query("UPDATE sender SET stopped_until = NOW(3) - INTERVAL 1 SECOND WHERE stop_code = 'ERROR_RATE'");
    answer = () => accepted;
    const rest = await chunk(id, 'whatsapp', { from: 96, token: 3n });
    assert.deepEqual([rest.accepted, rest.nextSeq, (await senderNow())?.stopCode], [224, 320, undefined]);
  });

  it("does not stop for what is the recipients' own: not on WhatsApp, capped, asked too often", async () => {
    answer = (seq) =>
      seq % 3 === 0
        ? { kind: 'failed', code: 131026, class: 'unreachable' }
        : seq % 3 === 1
          ? { kind: 'retry', code: 131056, scope: 'recipient' }
          : { kind: 'failed', code: 131049, class: 'capped' };
    const id = await world.prepare('whatsapp', 128);
    const { halt, nextSeq } = await chunk(id, 'whatsapp');
    assert.deepEqual([halt, nextSeq], [undefined, 128]);
    const notices: { payload: string }[] = await world.db.query(
      "SELECT payload FROM outbox WHERE topic = 'user.unreachable'",
    );
    const codes = notices.map(({ payload }) => JSON.parse(payload).code);
    assert.deepEqual([codes.length, new Set(codes)], [85, new Set(['131026', '131049'])]);
  });

  it('waits for the quota of FCM, and parks pushes when the credentials are refused', async () => {
    pushAnswer = () => ({ kind: 'retry', code: 'message-rate-exceeded', retryAfterMs: 120_000 });
    const quota = await world.prepare('push', 200);
    const throttled = await chunk(quota, 'push');
    assert.deepEqual([throttled.halt, throttled.nextSeq, throttled.retry], ['throttled', 100, 100]);
    assert.ok(throttled.resumeAt && throttled.resumeAt.getTime() - Date.now() > 110_000);
    assert.equal((await senderNow('fcm'))?.stopCode, undefined);
    await world.revive();
    pushAnswer = () => ({ kind: 'pause_campaign', code: 'third-party-auth-error' });
    const parked = await chunk(await world.prepare('push', 200), 'push');
    assert.deepEqual([parked.halt, parked.code, parked.nextSeq], ['sender', 'third-party-auth-error', 100]);
    assert.equal((await senderNow('fcm'))?.stopCode, 'third-party-auth-error');
  });

  it('holds a campaign up whose template is paused, before another message is tried, until it is approved again', async () => {
    answer = () => ({ kind: 'pause_campaign', code: 132015 });
    const id = await world.prepare('whatsapp', 96);
    const { halt, code, nextSeq } = await chunk(id, 'whatsapp');
    assert.deepEqual([halt, code, nextSeq], ['template', 'TEMPLATE_PAUSED', 32]);
    const tried = sent;
    const asked = await chunk(id, 'whatsapp', { from: 32, token: 2n });
    assert.deepEqual([asked.halt, asked.nextSeq, sent], ['template', 32, tried]);
    const [told] = await world.db.query("SELECT payload FROM outbox WHERE topic = 'campaign.template'");
    assert.equal(JSON.parse(told.payload).status, 'PAUSED');
    answer = () => accepted;
    const approved = { name: 'offer_announcement', language: 'en', status: 'APPROVED', reason: '', at: new Date() };
    await world.deps.templates.note({ ...approved, at: new Date(0), status: 'REJECTED' });
    assert.equal((await chunk(id, 'whatsapp', { from: 32, token: 3n })).halt, 'template');
    await world.deps.templates.note(approved);
    assert.equal((await chunk(id, 'whatsapp', { from: 32, token: 4n })).nextSeq, 96);
  });

  it('holds a campaign up whose template does not fit after one message, and goes on once it does; others send', async () => {
    answer = () => ({ kind: 'pause_campaign', code: 132012 });
    const [id, other] = [await world.prepare('whatsapp', 96), await world.prepare('whatsapp', 32)];
    const refused = await chunk(id, 'whatsapp');
    assert.deepEqual(
      [refused.halt, refused.code, refused.nextSeq, refused.retry, refused.failed],
      ['template', 'TEMPLATE_REFUSED_132012', 32, 32, 0],
    );
    assert.ok(sent < 32, `${sent} messages were tried`);
    const heldUpBy = async () => (await readProgress(world.deps, id)).channels[0]?.heldUpBy;
    assert.equal(await heldUpBy(), 'TEMPLATE_REFUSED_132012');
    answer = () => accepted;
    assert.equal((await senderNow())?.stopCode, undefined);
    assert.equal((await chunk(other, 'whatsapp')).accepted, 32);
    const rest = await chunk(id, 'whatsapp', { from: 32, token: 2n });
    assert.deepEqual([rest.halt, rest.accepted, await heldUpBy()], [undefined, 64, undefined]);
  });

  it('does not send a push again after a crash while the channel is parked', async () => {
    const id = await world.prepare('push', 100);
    await assert.rejects(chunk(id, 'push', { by: world.process({ ...send, crashAt: 'after-claim' }) }), /crashed/);
    await world.deps.senders.stop('fcm', 'third-party-auth-error');
    assert.equal((await chunk(id, 'push', { token: 2n })).halt, 'sender');
    await world.deps.senders.resume('fcm', 'r');
    assert.equal((await chunk(id, 'push', { token: 3n })).accepted, 100);
  });

  it('tells which device is gone, and when that was found out', async () => {
    pushAnswer = (token) =>
      token === deviceOf(3)
        ? { kind: 'failed', code: 'registration-token-not-registered', class: 'token_dead' }
        : accepted;
    await world.db.query('DELETE FROM outbox');
    await chunk(await world.prepare('push', 5), 'push');
    const [{ payload }] = await world.db.query("SELECT payload FROM outbox WHERE topic = 'user.unreachable'");
    const { token, code, at } = JSON.parse(payload);
    assert.deepEqual([token, code, Number.isNaN(Date.parse(at))], [deviceOf(3), 'UNREGISTERED', false]);
  });
});
