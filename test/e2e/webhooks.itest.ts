import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sandboxDefaults } from '@doffers/process';
import { signHmacSha256 } from '@doffers/provider-http';
import { testServers } from '@doffers/testkit';
import { reportsOf } from './metrics.ts';
import { anybody, newPhone } from './people.ts';
import { capturedEvent, report } from './razorpay.ts';
import { assertRefusal } from './refusal.ts';

const { gatewayUrl, sandboxUrl, stack } = testServers();
const settings = { ...sandboxDefaults(stack.offset), ...process.env };
const { WHATSAPP_APP_SECRET = '', WHATSAPP_VERIFY_TOKEN = '', WHATSAPP_PHONE_NUMBER_ID = '' } = settings;
const reports = reportsOf('notification', 'whatsapp');

type Status = { id?: string; status?: string; deliveryId?: string; atMs?: number; sender?: string };

/** A webhook of one status, as WhatsApp writes it. */
function statusBody({ id, status = 'delivered', deliveryId, atMs, sender }: Status = {}): string {
  const entry = {
    id: id ?? `wamid.${crypto.randomUUID()}`,
    status,
    timestamp: String(Math.floor((atMs ?? Date.now()) / 1_000)),
    recipient_id: '919876543210',
    biz_opaque_callback_data: deliveryId ?? `${crypto.randomUUID()}.w.1`,
  };
  const metadata = { display_phone_number: '918000000001', phone_number_id: sender ?? WHATSAPP_PHONE_NUMBER_ID };
  const value = { messaging_product: 'whatsapp', metadata, statuses: [entry] };
  const change = { value, field: 'messages' };
  return JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: '1', changes: [change] }] });
}

const signed = (body: string, secret = WHATSAPP_APP_SECRET) => `sha256=${signHmacSha256(secret, body)}`;
const post = (body: string, signature: string | undefined = signed(body)) =>
  anybody.post('/webhooks/whatsapp', { body, headers: { 'x-hub-signature-256': signature } });
const deliver = async (body: string) => assert.equal((await post(body)).status, 200);

describe('the webhook of WhatsApp', () => {
  const verify = (token: string, mode = 'subscribe') => {
    const query = { 'hub.mode': mode, 'hub.challenge': '1158201444', 'hub.verify_token': token };
    return fetch(`${gatewayUrl}/webhooks/whatsapp?${new URLSearchParams(query).toString()}`);
  };

  it('proves itself with the agreed token, in plain text', async () => {
    const answer = await verify(WHATSAPP_VERIFY_TOKEN);
    assert.equal(answer.status, 200);
    assert.equal(await answer.text(), '1158201444');
    assert.match(answer.headers.get('content-type') ?? '', /^text\/plain/);
    assert.equal((await verify('a guess')).status, 403);
    assert.equal((await verify(WHATSAPP_VERIFY_TOKEN, 'unsubscribe')).status, 403);
  });

  it('takes receipts of messages that the provider really sent', async () => {
    const [sent, delivered] = await Promise.all([reports.count('sent'), reports.count('delivered')]);
    const to = `91${newPhone()}`;
    const message = {
      messaging_product: 'whatsapp',
      to,
      type: 'template',
      template: {
        name: 'notice',
        language: { code: 'en' },
        components: [
          {
            type: 'body',
            parameters: [
              { type: 'text', text: 'Asha' },
              { type: 'text', text: 'your shop' },
            ],
          },
        ],
      },
      biz_opaque_callback_data: `${crypto.randomUUID()}.t.1`,
    };
    const answer = await fetch(`${sandboxUrl}/whatsapp/v23.0/${WHATSAPP_PHONE_NUMBER_ID}/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${settings.WHATSAPP_TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify(message),
    });
    assert.equal(answer.status, 200, await answer.clone().text());
    await reports.rises('sent', sent);
    await reports.rises('delivered', delivered);
  });

  it('applies the same body once, however often it comes', async () => {
    const [failed, delivered] = await Promise.all([reports.count('failed'), reports.count('delivered')]);
    const body = statusBody({ status: 'failed' });
    await Promise.all(Array.from({ length: 10 }, () => deliver(body)));
    await deliver(statusBody());
    await reports.rises('delivered', delivered);
    assert.equal(await reports.count('failed'), failed + 1);
  });

  it('applies each status of a message once, shuffled and three times over, also in bodies that differ', async () => {
    const outcomes = ['known', 'sent', 'delivered', 'read', 'failed'];
    const before = await Promise.all(outcomes.map((outcome) => reports.count(outcome)));
    const message = { id: `wamid.${crypto.randomUUID()}`, deliveryId: `${crypto.randomUUID()}.w.1` };
    const bodies = ['read', 'failed', 'sent', 'delivered'].flatMap((status) => {
      const body = statusBody({ ...message, status });
      return [body, ` ${body}`, `${body}\n`];
    });
    const shuffled = bodies.map((_, index) => bodies[(index * 5) % bodies.length] ?? '');
    await Promise.all([...shuffled, ...shuffled].map(deliver));
    await reports.rises('known', before[0] ?? 0, 8);
    const after = await Promise.all(outcomes.map((outcome) => reports.count(outcome)));
    assert.deepEqual(
      after.map((count, index) => count - (before[index] ?? 0)),
      [8, 1, 1, 1, 1],
    );
  });

  it('counts what is about another sender, too old or not ours, and does nothing about it', async () => {
    const strange = {
      wrong_sender: statusBody({ sender: '999' }),
      stale: statusBody({ atMs: Date.now() - 8 * 24 * 3_600_000 }),
      unknown_message: statusBody({ deliveryId: 'somebody-elses' }),
      unreadable: JSON.stringify({ object: 'page', nonce: crypto.randomUUID() }),
    };
    for (const [outcome, body] of Object.entries(strange)) {
      const before = await reports.count(outcome);
      await deliver(body);
      await reports.rises(outcome, before);
    }
  });

  it('refuses what is not signed over its very bytes, and stores nothing of it', async () => {
    const failed = await reports.count('failed');
    const body = statusBody({ status: 'failed' });
    const signature = signed(body);
    const flipped = `${signature.slice(0, -1)}${signature.endsWith('0') ? '1' : '0'}`;
    const forged: (readonly [string, string])[] = [
      [body, ''],
      [body, 'sha256='],
      [body, signature.slice(0, -2)],
      [body, signature.slice('sha256='.length)],
      [body, flipped],
      [body, signed(body, 'not-the-secret')],
      [`${body} `, signature],
      [body.replace('failed', 'faileD'), signature],
      ['', signature],
    ];
    for (const [text, header] of forged) assertRefusal(await post(text, header), [401, 'SIGNATURE_INVALID']);
    assertRefusal(await anybody.post('/webhooks/whatsapp', { body }), [401, 'SIGNATURE_INVALID']);
    assert.equal(await reports.count('failed'), failed);
    await deliver(body);
    await reports.rises('failed', failed);
  });
});

describe('the webhook of Razorpay', () => {
  const payments = reportsOf('payment', 'razorpay');
  const event = () => capturedEvent({ id: `pay_${crypto.randomUUID()}`, orderId: 'order_of_nobody', amountPaise: 100 });

  it('refuses a forged body, an altered one and one without a signature', async () => {
    const body = event();
    assertRefusal(await report(body, 'not-the-secret'), [401, 'SIGNATURE_INVALID']);
    assertRefusal(await anybody.post('/webhooks/razorpay', { body }), [401, 'SIGNATURE_INVALID']);
    const headers = { 'x-razorpay-signature': signHmacSha256(settings.RAZORPAY_WEBHOOK_SECRET ?? '', body) };
    const altered = body.replace('100', '900');
    assertRefusal(await anybody.post('/webhooks/razorpay', { body: altered, headers }), [401, 'SIGNATURE_INVALID']);
  });

  it('acknowledges what it does not use, and what it cannot read', async () => {
    const [ignored, unreadable] = await Promise.all([payments.count('ignored'), payments.count('unreadable')]);
    const unused = event().replaceAll('payment.captured', 'settlement.processed');
    assert.equal((await report(unused)).status, 200);
    await payments.rises('ignored', ignored);
    assert.equal((await report(`no json ${crypto.randomUUID()}`)).status, 200);
    await payments.rises('unreadable', unreadable);
  });
});
