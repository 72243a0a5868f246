import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import {
  eventually,
  type SandboxProcess,
  startSandboxProcess,
  startWebhookReceiver,
  type WebhookReceiver,
} from '@doffers/testkit';
import {
  campaign,
  type InProcessSandbox,
  startInProcess,
  whatsAppHeaders,
  whatsAppMessage,
  whatsAppPath,
} from './test/in-process.ts';

type Status = { id: string; status: string; biz_opaque_callback_data: string; timestamp: string };

const statusesOf = ({ body }: { body: Buffer }): Status[] => {
  const webhook = JSON.parse(body.toString('utf8')) as {
    entry: { changes: { value: { statuses?: Status[] } }[] }[];
  };
  return webhook.entry.flatMap(({ changes }) => changes.flatMap(({ value }) => value.statuses ?? []));
};

describe('the receipts of WhatsApp', () => {
  let receiver: WebhookReceiver;
  let sandbox: InProcessSandbox;
  before(async () => {
    receiver = await startWebhookReceiver();
    sandbox = await startInProcess({ WEBHOOK_TARGET: receiver.url }, { firstPauseMs: 20, maxPauseMs: 100 });
  });
  after(async () => {
    await sandbox.stop();
    await receiver.stop();
  });
  beforeEach(async () => {
    receiver.received.length = 0;
    receiver.answer = () => 200;
    await sandbox.call('DELETE', '/faults');
    await sandbox.call('DELETE', '/settings');
  });

  const send = (number: number) => sandbox.call('POST', whatsAppPath, whatsAppMessage(number), whatsAppHeaders);
  const all = () => receiver.received.flatMap(statusesOf);
  const receipts = (changes: object) => sandbox.call('PATCH', '/settings', { whatsapp: { receipts: changes } });

  test('come in batches of at most a hundred, each message with each of its statuses', async () => {
    await receipts({ sentMs: 300, deliveredMs: 400, readShare: 0 });
    await Promise.all(Array.from({ length: 250 }, (_, number) => send(number)));
    await eventually(() => assert.equal(all().length, 500));
    const sizes = receiver.received.map((webhook) => statusesOf(webhook).length);
    assert.ok(Math.max(...sizes) <= 100);
    for (const status of ['sent', 'delivered']) {
      const ids = all().filter((entry) => entry.status === status);
      assert.equal(new Set(ids.map((entry) => entry.biz_opaque_callback_data)).size, 250);
    }
  });

  test('are delivered again, the same bytes, until they are answered with 200', async () => {
    await receipts({ readShare: 0, sentMs: 0, deliveredMs: 0 });
    receiver.answer = () => (receiver.received.length < 4 ? 500 : 200);
    await send(1);
    await eventually(() => assert.ok(receiver.received.length >= 4));
    assert.equal(new Set(receiver.received.map(({ body }) => body.toString('hex'))).size, 1);
    await eventually(async () => {
      const { json } = await sandbox.call('GET', '/healthz');
      assert.equal((json.webhooks as { waiting: number }).waiting, 0);
    });
  });

  test('can be late, and come in the wrong order', async () => {
    await receipts({ readShare: 0, sentMs: 0, deliveredMs: 150 });
    await sandbox.call('POST', '/faults', [
      { match: { provider: 'whatsapp', phoneSuffix: '7' }, action: { type: 'webhook-reorder' } },
    ]);
    await send(7);
    await eventually(() => assert.equal(all().length, 2));
    assert.deepEqual(
      all().map(({ status }) => status),
      ['delivered', 'sent'],
    );
  });

  test('the subscription check asks for the challenge back', async () => {
    const { json } = await sandbox.call('POST', '/whatsapp/sandbox/verify');
    assert.deepEqual(json, { verified: false, status: 200 });
    const [request] = receiver.received;
    assert.match(
      request?.path ?? '',
      /hub\.mode=subscribe&hub\.verify_token=sandbox-whatsapp-verify-token&hub\.challenge=/,
    );
  });
});

describe('the WhatsApp Cloud API', () => {
  let sandbox: InProcessSandbox;
  before(async () => {
    sandbox = await startInProcess();
  });
  after(() => sandbox.stop());
  beforeEach(() => sandbox.call('DELETE', '/settings'));

  const send = (changes: object, headers = whatsAppHeaders, path = whatsAppPath) =>
    sandbox.call('POST', path, whatsAppMessage(1, changes), headers);

  test('answers a success in the shape that Meta documents', async () => {
    const { status, json } = await send({});
    assert.equal(status, 200);
    const { messages, ...rest } = json as { messages: { id: string }[] };
    assert.deepEqual(rest, {
      messaging_product: 'whatsapp',
      contacts: [{ input: '919800000001', wa_id: '919800000001' }],
    });
    assert.match(messages[0]?.id ?? '', /^wamid\./);
  });

  test('answers an error in the shape that Meta documents', async () => {
    const { status, json } = await send({ to: '917000131026' });
    assert.equal(status, 400);
    assert.deepEqual(Object.keys(json.error ?? {}), ['message', 'type', 'code', 'error_data', 'fbtrace_id']);
    assert.equal(json.error?.message, '(#131026) Message undeliverable');
  });

  const refusals: [string, object, number][] = [
    ['another product', { messaging_product: 'instagram' }, 100],
    ['a misspelt key', { templat: {} }, 100],
    ['no recipient', { to: undefined }, 131008],
    ['a recipient that is no number', { to: 'asha' }, 131009],
    ['callback data of more than 512 characters', { biz_opaque_callback_data: 'x'.repeat(513) }, 131009],
    ['a kind it does not have here', { type: 'sticker' }, 131051],
    ['no template', { template: undefined }, 131008],
    ['a template without language', { template: { name: 'offer_announcement' } }, 131008],
  ];
  for (const [name, change, code] of refusals) {
    test(`refuses ${name} with ${code}`, async () => {
      assert.equal((await send(change)).json.error?.code, code);
    });
  }

  test('refuses a wrong token, an unknown number and a body that is no JSON', async () => {
    assert.equal((await send({}, { authorization: 'Bearer x' })).status, 401);
    assert.equal((await send({}, whatsAppHeaders, '/whatsapp/v23.0/42/messages')).json.error?.code, 100);
    assert.equal((await sandbox.call('POST', whatsAppPath, '{', whatsAppHeaders)).json.error?.code, 100);
  });

  test('accepts no more in any second than the number may send', async () => {
    await sandbox.call('PATCH', '/settings', { whatsapp: { ratePerSecond: { default: 40 } } });
    await sandbox.call('POST', '/recorder:reset');
    const until = Date.now() + 2_500;
    let refused = 0;
    while (Date.now() < until) {
      const answers = await Promise.all(Array.from({ length: 10 }, () => send({})));
      refused += answers.filter(({ json }) => json.error?.code === 130429).length;
    }
    const { text } = await sandbox.call('GET', '/recorder/messages');
    const times = text
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { atMs: number }).atMs);
    const fullest = Math.max(...times.map((start) => times.filter((at) => at >= start && at < start + 1000).length));
    assert.ok(refused > 0);
    assert.equal(fullest, 40);
  });
});

describe('the recorder', () => {
  let sandbox: SandboxProcess;
  let receiver: WebhookReceiver;
  before(async () => {
    receiver = await startWebhookReceiver();
    sandbox = await startSandboxProcess({ WEBHOOK_TARGET: receiver.url });
  });
  after(async () => {
    await sandbox.stop();
    await receiver.stop();
  });

  const send = async (number: number) => {
    const body = JSON.stringify(whatsAppMessage(number));
    const answer = await fetch(sandbox.url + whatsAppPath, { method: 'POST', headers: whatsAppHeaders, body });
    const { messages } = (await answer.json()) as { messages: { id: string }[] };
    return messages[0]?.id;
  };

  test('has every message that was answered, though the process is killed in the middle', async () => {
    const answered: (string | undefined)[] = [];
    let stop = false;
    const senders = Array.from({ length: 8 }, async (_, lane) => {
      for (let index = 0; !stop; index++) answered.push(await send(lane * 10_000 + index).catch(() => undefined));
    });
    await eventually(() => assert.ok(answered.length > 100));
    const crashed = sandbox.crash();
    stop = true;
    await Promise.all([...senders, crashed]);
    const recorded = new Set((await sandbox.recorded('messages', { campaign })).map(({ providerId }) => providerId));
    const acknowledged = answered.filter((id) => id !== undefined);
    assert.ok(acknowledged.length > 100);
    assert.deepEqual(
      acknowledged.filter((id) => !recorded.has(id)),
      [],
    );
  });

  test('sends the receipts after the crash that it owed before', async () => {
    await sandbox.control('POST', '/recorder:reset');
    await sandbox.control('PATCH', '/settings', { whatsapp: { receipts: { sentMs: 60_000, deliveredMs: 60_000 } } });
    const id = await send(99_001);
    await sandbox.crash();
    await eventually(() => {
      const mine = receiver.received.flatMap(statusesOf).filter((status) => status.id === id);
      assert.ok(mine.some(({ status }) => status === 'delivered'));
    });
  });

  test('filters by campaign, channel and time, and names nobody', async () => {
    await sandbox.control('POST', '/recorder:reset');
    await send(1);
    const later = Date.now() + 1;
    await eventually(() => assert.ok(Date.now() > later));
    await send(2);
    const [first, second] = await sandbox.recorded('messages', { campaign, channel: 'whatsapp' });
    assert.deepEqual(Object.keys(first ?? {}).toSorted(), [
      'atMs',
      'campaign',
      'category',
      'channel',
      'delivery',
      'providerId',
      'recipientHash',
      'sender',
    ]);
    assert.doesNotMatch(JSON.stringify([first, second]), /9198/);
    assert.equal((await sandbox.recorded('messages', { since: String(later) })).length, 1);
    assert.equal((await sandbox.recorded('messages', { since: new Date(later).toISOString() })).length, 1);
    assert.equal((await sandbox.recorded('messages', { channel: 'push' })).length, 0);
    assert.equal((await sandbox.recorded('messages', { campaign: 'another' })).length, 0);
  });
});

describe('the controls', () => {
  let sandbox: InProcessSandbox;
  before(async () => {
    sandbox = await startInProcess();
  });
  after(() => sandbox.stop());

  test('a script or a setting with a typing error is refused with the place of the error', async () => {
    const script = await sandbox.call('POST', '/faults', [
      { match: { provider: 'whatsapp' }, action: { type: 'hangs' } },
    ]);
    assert.equal(script.status, 400);
    assert.match(script.json.error?.message ?? '', /action/);
    assert.equal((await sandbox.call('PATCH', '/settings', { latencyMs: { whatsapp: 'slow' } })).status, 400);
  });

  test('the latency of a provider delays its answer, not its acceptance', async () => {
    await sandbox.call('PATCH', '/settings', { latencyMs: { whatsapp: 300 } });
    const answered: string[] = [];
    const slow = sandbox.call('POST', whatsAppPath, whatsAppMessage(1), whatsAppHeaders);
    await eventually(async () => {
      const { text } = await sandbox.call('GET', '/recorder/messages');
      assert.notEqual(text, '');
      answered.push('recorder');
    });
    await slow.then(() => answered.push('whatsapp'));
    assert.deepEqual(answered, ['recorder', 'whatsapp']);
  });

  test('what does not exist is not found', async () => {
    assert.equal((await sandbox.call('GET', '/nothing')).status, 404);
    assert.equal((await sandbox.call('GET', '/recorder/sms/last?phone=919800000001')).status, 404);
  });
});
