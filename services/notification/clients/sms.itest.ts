import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import {
  eventually,
  type SandboxProcess,
  startSandboxProcess,
  startWebhookReceiver,
  type WebhookReceiver,
} from '@doffers/testkit';
import { createSms, parseSmsReport, type Sms, type SmsMessage, type SmsOptions, type SmsOutcome } from './sms.ts';

const code: SmsMessage = {
  to: '+919800000003',
  type: 'OTP',
  templateId: '1107160000000000001',
  text: '482913 is your D-Offers code. It is valid for 5 minutes. Do not share it with anyone. -DOFFER',
  reference: 'challenge-1',
};

describe('the SMS adapter', () => {
  let sandbox: SandboxProcess;
  let receiver: WebhookReceiver;
  let sms: Sms;
  const open = (changes: Partial<SmsOptions> = {}) =>
    createSms({
      baseUrl: `${sandbox.url}/sms/v1/HXSB0000000001IN`,
      apiKey: 'sandbox-sms-api-key',
      senderId: 'DOFFER',
      ...changes,
    });
  const sendWith = async (changes: Partial<SmsOptions>): Promise<SmsOutcome> => {
    const other = open(changes);
    const outcome = await other.send(code);
    await other.close();
    return outcome;
  };

  before(async () => {
    receiver = await startWebhookReceiver();
    sandbox = await startSandboxProcess({ WEBHOOK_TARGET: receiver.url });
    sms = open();
  });
  after(async () => {
    await sms.close();
    await sandbox.stop();
    await receiver.stop();
  });
  beforeEach(() => sandbox.control('DELETE', '/faults'));

  test('a code is accepted and can be read on the phone', async () => {
    assert.equal((await sms.send(code)).kind, 'accepted');
    const reading = (await sandbox.control('GET', '/recorder/sms/last?phone=919800000003')) as { text: string };
    assert.equal(reading.text, code.text);
    const [message] = await sandbox.recorded('messages', { channel: 'sms' });
    assert.equal(message?.delivery, code.reference);
  });

  const wrong: [string, Partial<SmsMessage>, string][] = [
    ['a text that is not its registered template', { text: 'Your code is 482913' }, 'body'],
    ['a template nobody registered', { templateId: '1107169999999999999' }, 'template_id'],
    ['a template of another type', { type: 'TXN' }, 'type'],
    ['a number outside India', { to: '+14155550100' }, 'to'],
    ['a landline', { to: '+911140000000' }, 'to'],
  ];
  for (const [name, change, field] of wrong) {
    test(`${name} fails for good`, async () => {
      const outcome = await sms.send({ ...code, ...change });
      assert.deepEqual(outcome, { kind: 'failed', code: 'RBC001', fields: [field] });
    });
  }

  test('a header that is not registered fails for good', async () => {
    assert.deepEqual(await sendWith({ senderId: 'OTHERS' }), { kind: 'failed', code: 'RBC001', fields: ['sender'] });
  });

  test('a wrong key, a foreign account and an empty balance stop the sender', async () => {
    assert.deepEqual(await sendWith({ apiKey: 'wrong' }), { kind: 'stop_sender', code: 'RBC101' });
    assert.deepEqual(await sendWith({ baseUrl: `${sandbox.url}/sms/v1/HXSB0000000009IN` }), {
      kind: 'stop_sender',
      code: 'RBC103',
    });
    await sandbox.script([{ match: { provider: 'sms' }, action: { type: 'error', code: 'RBC402' } }]);
    assert.deepEqual(await sms.send(code), { kind: 'stop_sender', code: 'RBC402' });
  });

  test('a gateway that is busy or down may be tried again, after the time it names', async () => {
    await sandbox.script([
      { match: { provider: 'sms' }, action: { type: 'error', code: 429, retryAfterSeconds: 3 }, times: 1 },
      { match: { provider: 'sms' }, action: { type: 'error', code: 503 } },
    ]);
    assert.deepEqual(await sms.send(code), { kind: 'retry', code: '429', retryAfterMs: 3000 });
    assert.deepEqual(await sms.send(code), { kind: 'retry', code: '503' });
  });

  const unknown: [string, object, string][] = [
    ['a cut', { type: 'cut-after-accept' }, 'cut'],
    ['silence', { type: 'hang' }, 'deadline'],
    ['half an answer', { type: 'truncated-body' }, 'unreadable_answer'],
    ['a bare 502', { type: 'status', status: 502, body: 'html' }, 'status_502'],
  ];
  for (const [name, action, reason] of unknown) {
    test(`${name} leaves the outcome unknown`, async () => {
      await sandbox.script([{ match: { provider: 'sms' }, action }]);
      assert.deepEqual(await sendWith({ deadlineMs: 300 }), { kind: 'unknown', reason });
    });
  }

  test('when nobody listens nothing was sent', async () => {
    assert.deepEqual(await sendWith({ baseUrl: 'http://127.0.0.1:9/sms/v1/HXSB0000000001IN' }), {
      kind: 'retry',
      code: 'not_sent',
    });
  });

  test('a delivery report comes back with our reference and the static key of the profile', async () => {
    const outcome = await sendWith({ callbackProfileId: 'IN_sandbox' });
    const report = await eventually(() => {
      const webhook = receiver.received.find(({ path }) => path === '/webhooks/sms');
      assert.ok(webhook);
      return webhook;
    });
    assert.equal(report.headers['x-api-key'], 'sandbox-sms-callback-key');
    assert.ok(outcome.kind === 'accepted');
    assert.deepEqual(parseSmsReport(report.body.toString('utf8')), {
      providerId: outcome.providerId,
      reference: code.reference,
      status: 'delivered',
    });
  });

  test('anything that is no delivery report is left alone', () => {
    for (const body of ['', '{}', '{"message_id":1,"status":"Delivered"}', '{"message_id":"x","status":"Eaten"}']) {
      assert.equal(parseSmsReport(body), undefined);
    }
  });
});
