import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type SandboxProcess, startSandboxProcess } from '@doffers/testkit';
import { createWhatsApp, type WhatsApp } from './whatsapp.ts';
import type { Verdict } from './whatsapp-errors.ts';
import type { TemplateMessage } from './whatsapp-messages.ts';

const campaign = '0192f3aa-0000-7000-8000-000000000001';
const offer: TemplateMessage = {
  to: '+919800000001',
  deliveryId: `${campaign}.w.1`,
  name: 'offer_announcement',
  language: 'en',
  body: ['Asha', 'Chai Point', '20% off on all snacks', '30 November'],
};

/** Numbers with a fate: the sandbox refuses +91 7000 and a code with that code, in Meta's own words. */
const refusedWith = (code: number) => `+917000${String(code).padStart(6, '0')}`;

describe('the WhatsApp adapter', () => {
  let sandbox: SandboxProcess;
  let whatsapp: WhatsApp;
  const open = (changes: { token?: string; phoneNumberId?: string; deadlineMs?: number; baseUrl?: string } = {}) =>
    createWhatsApp({
      baseUrl: `${sandbox.url}/whatsapp`,
      token: 'sandbox-whatsapp-token',
      phoneNumberId: '100000000000001',
      ...changes,
    });

  before(async () => {
    sandbox = await startSandboxProcess({ WEBHOOK_TARGET: 'http://127.0.0.1:9' });
    whatsapp = open();
  });
  after(async () => {
    await whatsapp.close();
    await sandbox.stop();
  });
  beforeEach(async () => {
    await sandbox.control('DELETE', '/faults');
    await sandbox.control('DELETE', '/settings');
    await sandbox.control('POST', '/recorder:reset');
  });

  const accepted = () => sandbox.recorded('messages', { campaign });

  test('a template message is accepted under the id of its delivery', async () => {
    const outcome = await whatsapp.sendTemplate(offer);
    assert.ok(outcome.kind === 'accepted');
    assert.match(outcome.providerId, /^[A-Za-z0-9_.:/=+-]{1,80}$/);
    const [message] = await accepted();
    assert.equal(message?.providerId, outcome.providerId);
    assert.equal(message?.delivery, offer.deliveryId);
    assert.equal(message?.channel, 'whatsapp');
  });

  test('a template with picture and button is accepted with both', async () => {
    const banner = {
      ...offer,
      name: 'offer_banner',
      header: { kind: 'image', link: 'https://media.doffers.in/b/1.jpg' },
      buttons: [{ kind: 'url', index: 0, value: '42' }],
    } as const;
    assert.equal((await whatsapp.sendTemplate(banner)).kind, 'accepted');
    const { header: _header, ...withoutPicture } = banner;
    assert.deepEqual(await whatsapp.sendTemplate(withoutPicture), { kind: 'pause_campaign', code: 132012 });
  });

  test('a login code goes out with the code in text and button', async () => {
    const login = {
      to: '+919800000009',
      deliveryId: 'login.1',
      name: 'login_code',
      language: 'en',
      body: ['123456'],
      buttons: [{ kind: 'url', index: 0, value: '123456' }],
    } as const;
    assert.equal((await whatsapp.sendTemplate(login)).kind, 'accepted');
    const reading = (await sandbox.control('GET', '/recorder/whatsapp/last?phone=%2B919800000009')) as { text: string };
    assert.match(reading.text, /^123456 is your verification code/);
  });

  test('a free text is refused outside the window and accepted after the person has written', async () => {
    const text = { to: '+919800000002', text: 'Thank you!', deliveryId: 'reply.1' };
    assert.deepEqual(await whatsapp.sendText(text), { kind: 'failed', code: 131047, class: 'window_closed' });
    await sandbox.control('POST', '/whatsapp/sandbox/inbound', { from: '919800000002', text: 'Hello' });
    assert.equal((await whatsapp.sendText(text)).kind, 'accepted');
  });

  const table: [readonly number[], Verdict][] = [
    [[130429, 4, 80007, 131016, 131000, 1, 2, 131057], { kind: 'retry', scope: 'sender' }],
    [[131056], { kind: 'retry', scope: 'recipient' }],
    [[131048], { kind: 'stop_sender' }],
    [[131049], { kind: 'failed', class: 'capped' }],
    [[131050], { kind: 'failed', class: 'opted_out' }],
    [[131026, 131021, 131030], { kind: 'failed', class: 'unreachable' }],
    [[131047], { kind: 'failed', class: 'window_closed' }],
    [[132000, 132001, 132005, 132007, 132012, 132015, 132016], { kind: 'pause_campaign' }],
    [[131042, 131031, 368, 190, 10, 131064], { kind: 'stop_sender' }],
    [[130472], { kind: 'failed', class: 'experiment' }],
  ];
  for (const [codes, expected] of table) {
    for (const code of codes) {
      test(`error ${code} means ${JSON.stringify(expected)}`, async () => {
        assert.deepEqual(await whatsapp.sendTemplate({ ...offer, to: refusedWith(code) }), { ...expected, code });
        assert.deepEqual(await accepted(), []);
      });
    }
  }

  test('the wait that Meta asks for is passed on', async () => {
    await sandbox.script([
      {
        match: { provider: 'whatsapp' },
        action: { type: 'error', code: 130429, retryAfterSeconds: 2 },
      },
    ]);
    assert.deepEqual(await whatsapp.sendTemplate(offer), {
      kind: 'retry',
      scope: 'sender',
      code: 130429,
      retryAfterMs: 2000,
    });
  });

  const templateFaults: [string, Partial<TemplateMessage>, number][] = [
    ['too few parameters', { body: ['Asha'] }, 132000],
    ['a template that does not exist', { name: 'no_such_template' }, 132001],
    ['a language it has not', { language: 'ml' }, 132001],
    ['a text that gets too long', { body: ['x'.repeat(1100), 'b', 'c', 'd'] }, 132005],
    ['a line break in a parameter', { body: ['As\nha', 'b', 'c', 'd'] }, 132007],
    ['a header it has not', { header: { kind: 'text', text: 'Hi' } }, 132000],
  ];
  for (const [name, change, code] of templateFaults) {
    test(`the strict template check finds ${name}`, async () => {
      assert.deepEqual(await whatsapp.sendTemplate({ ...offer, ...change }), {
        kind: 'pause_campaign',
        code,
      });
    });
  }

  test('a paused template pauses the campaign, and the reviewers can release it', async () => {
    const status = (value: string) =>
      sandbox.control('POST', '/whatsapp/sandbox/template-status', {
        name: offer.name,
        language: 'en',
        status: value,
      });
    await status('PAUSED');
    assert.deepEqual(await whatsapp.sendTemplate(offer), { kind: 'pause_campaign', code: 132015 });
    await status('DISABLED');
    assert.deepEqual(await whatsapp.sendTemplate(offer), { kind: 'pause_campaign', code: 132016 });
    await status('APPROVED');
    assert.equal((await whatsapp.sendTemplate(offer)).kind, 'accepted');
  });

  test('a wrong token and a foreign number stop the sender', async () => {
    const strangers = [open({ token: 'not-the-token' }), open({ phoneNumberId: '999' })];
    assert.deepEqual(await strangers[0]?.sendTemplate(offer), { kind: 'stop_sender', code: 190 });
    assert.deepEqual(await strangers[1]?.sendTemplate(offer), { kind: 'stop_sender', code: 100 });
    for (const stranger of strangers) await stranger.close();
  });

  test('above the rate of the number Meta says so, and has not accepted', async () => {
    await sandbox.control('PATCH', '/settings', { whatsapp: { ratePerSecond: { default: 5 } } });
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        whatsapp.sendTemplate({ ...offer, deliveryId: `${campaign}.w.${index}` }),
      ),
    );
    const kinds = Object.groupBy(outcomes, (outcome) => outcome.kind);
    assert.equal(kinds.accepted?.length, 5);
    assert.deepEqual(kinds.retry, Array(3).fill({ kind: 'retry', scope: 'sender', code: 130429 }));
    assert.equal((await accepted()).length, 5);
  });

  const unknown: [string, object, string, number][] = [
    ['a connection cut before the answer', { type: 'cut-after-accept' }, 'cut', 1],
    ['a connection cut before it was accepted', { type: 'cut' }, 'cut', 0],
    ['silence after it was accepted', { type: 'hang-after-accept' }, 'deadline', 1],
    ['silence', { type: 'hang' }, 'deadline', 0],
    ['an answer that drips', { type: 'slow-body', ms: 60_000 }, 'deadline', 1],
    ['an answer that comes after the deadline', { type: 'latency', ms: 1_500 }, 'deadline', 1],
    ['half an answer', { type: 'truncated-body' }, 'unreadable_answer', 1],
    ['a 500 without a word', { type: 'status', status: 500 }, 'status_500', 0],
    [
      'a 502 of a proxy, though it was accepted',
      { type: 'status-after-accept', status: 502, body: 'html' },
      'status_502',
      1,
    ],
    ['a bare 503 that names a time', { type: 'status', status: 503, retryAfterSeconds: 1 }, 'status_503', 0],
    ['a bare 429', { type: 'status', status: 429, body: 'html' }, 'status_429', 0],
  ];
  for (const [name, action, reason, sent] of unknown) {
    test(`${name} leaves the outcome unknown, after exactly one attempt`, async () => {
      const impatient = open({ deadlineMs: 500 });
      await sandbox.script([{ match: { provider: 'whatsapp', campaign }, action }]);
      assert.deepEqual(await impatient.sendTemplate(offer), { kind: 'unknown', reason });
      assert.equal((await accepted()).length, sent);
      const [fault] = (await sandbox.control('GET', '/faults')) as { matched: number }[];
      assert.equal(fault?.matched, 1);
      await impatient.close();
    });
  }

  test('an answer that names another message counts as accepted, and receipts find it by its delivery', async () => {
    await sandbox.script([{ match: { provider: 'whatsapp' }, action: { type: 'wrong-id' } }]);
    const outcome = await whatsapp.sendTemplate(offer);
    assert.ok(outcome.kind === 'accepted');
    const [message] = await accepted();
    assert.notEqual(message?.providerId, outcome.providerId);
    assert.equal(message?.delivery, offer.deliveryId);
  });

  test('when nobody listens nothing was sent, so it may be tried again', async () => {
    const nowhere = open({ baseUrl: 'http://127.0.0.1:9/whatsapp' });
    assert.deepEqual(await nowhere.sendTemplate(offer), { kind: 'retry', code: 'not_sent', scope: 'sender' });
    await nowhere.close();
  });

  test('a caller that gives up on the way gets an unknown outcome', async () => {
    await sandbox.script([{ match: { provider: 'whatsapp' }, action: { type: 'hang-after-accept' } }]);
    const outcome = await whatsapp.sendTemplate(offer, { signal: AbortSignal.timeout(200) });
    assert.deepEqual(outcome, { kind: 'unknown', reason: 'cancelled' });
  });
});
