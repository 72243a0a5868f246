import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { before, describe, it } from 'node:test';
import { sandboxDefaults } from '@doffers/process';
import { signHmacSha256 } from '@doffers/provider-http';
import { eventually, testServers } from '@doffers/testkit';
import { anybody, logIn, newPhone, openShop, type Person, type Shopkeeper } from './people.ts';
import { payOrder } from './razorpay.ts';
import { assertRefusal } from './refusal.ts';

const { sandboxUrl, stack } = testServers();
const settings = { ...sandboxDefaults(stack.offset), ...process.env };

type Recipient = { deliveryId: string; state: string; reason?: string; explanation?: string };
type Exclusion = { channel: string; reason: string; count: string };
type Message = { messageId: string; title: string; link: string; readTime?: string };

const deviceOf = (ending: string) => `c${crypto.randomUUID().replaceAll('-', '')}:APA91b${'0'.repeat(60)}-${ending}`;

describe('what people say about messages, and what a shopkeeper sees of it', () => {
  let shop: Shopkeeper;
  let pincode: string;
  let people: Record<'keen' | 'stopping' | 'wavering' | 'gone' | 'optedOut' | 'unreachable', Person>;
  let campaign: string;
  let quote: Record<string, unknown>;
  let offerId: string;

  const consents = (person: Person) =>
    person.api.put('/v1/me/consents', {
      body: {
        requestId: crypto.randomUUID(),
        consents: ['WHATSAPP', 'PUSH', 'IN_APP'].map((channel) => ({ channel, granted: true })),
        notice: '2026-11/en',
      },
    });
  const customer = async (phone: string, device = deviceOf('1')) => {
    const person = await logIn(phone);
    const moved = await person.api.patch('/v1/me?updateMask=pincode', { body: { pincode } });
    assert.equal(moved.status, 200, JSON.stringify(moved.body));
    assert.equal((await consents(person)).status, 200);
    const body = { requestId: 'd', token: device, platform: 'ANDROID' };
    assert.equal((await person.api.post('/v1/me/devices', { body })).status, 200);
    return person;
  };
  const allows = async ({ api }: Person) => {
    const { body } = await api.get('/v1/me/consents');
    const all = body.consents as { channel: string; granted?: boolean }[];
    return all.find(({ channel }) => channel === 'WHATSAPP')?.granted ?? false;
  };
  const becomes = (person: Person, granted: boolean) =>
    eventually(async () => assert.equal(await allows(person), granted), { everyMs: 50 });
  const act = async (what: 'inbound' | 'preference', body: object) => {
    const answer = await fetch(`${sandboxUrl}/whatsapp/sandbox/${what}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    assert.equal(answer.status, 200, await answer.text());
  };
  const write = ({ phone }: Person, text: string) => act('inbound', { from: `91${phone}`, text });
  const draft = async (name: string, channels: readonly string[]) => {
    const created = await shop.api.post(`/v1/shops/${shop.shopId}/campaigns`, {
      body: {
        requestId: name,
        offerId,
        name,
        channels,
        content: {
          title: 'Flat 20% off',
          body: 'At Asha Stores',
          whatsappTemplate: 'offer_announcement',
          whatsappVariables: ['there', 'Asha Stores', 'Flat 20% off', '24 December'],
        },
        audience: { pincodes: [pincode], radiusKm: 0 },
      },
    });
    assert.equal(created.status, 201, JSON.stringify(created.body));
    return `/v1/campaigns/${String(created.body.campaignId)}`;
  };
  const recipients = async (channel: string, state = '') => {
    const { status, body } = await shop.api.get(
      `${campaign}/recipients?channel=${channel}${state && `&state=${state}`}`,
    );
    assert.equal(status, 200, JSON.stringify(body));
    return body as { recipients: Recipient[]; exclusions: Exclusion[] };
  };

  before(async () => {
    const { body } = await anybody.get(`/v1/pincodes:search?q=${randomInt(78, 80)}`);
    const found = body.pincodes as { pincode: string }[];
    pincode = String(found[randomInt(found.length)]?.pincode);
    shop = await openShop({ pincode });
    const [keen, stopping, wavering, gone, optedOut, unreachable] = await Promise.all([
      customer(newPhone()),
      customer(newPhone()),
      customer(newPhone()),
      customer(newPhone(), deviceOf('UNREGISTERED')),
      customer('7001131050'),
      customer('7001131026'),
    ]);
    people = { keen, stopping, wavering, gone, optedOut, unreachable };
    const created = await shop.api.post(`/v1/shops/${shop.shopId}/offers`, {
      body: {
        requestId: 'o',
        title: 'Flat 20% off',
        discount: { percent: { percent: 20 } },
        endTime: new Date(Date.now() + 30 * 24 * 3_600_000).toISOString(),
      },
    });
    offerId = String(created.body.offerId);
    await shop.api.post(`/v1/offers/${offerId}:publish`, { body: { requestId: 'p' } });
    const topup = await shop.api.post(`/v1/shops/${shop.shopId}/topups`, {
      body: { requestId: 't', amountPaise: '100000' },
    });
    await payOrder(topup.body.gatewayOrderId);
    campaign = await draft('first', ['WHATSAPP', 'PUSH', 'IN_APP']);
  });

  it('a test goes to the shopkeeper on every channel, once, and says so when there is no device', async () => {
    const test = (channel: string, requestId = channel) =>
      shop.api.post(`${campaign}:testSend`, { body: { requestId, channel } });
    assertRefusal(await test('PUSH'), [400, 'NO_CONTACT']);
    await shop.api.post('/v1/me/devices', { body: { requestId: 'd', token: deviceOf('1'), platform: 'ANDROID' } });
    for (const channel of ['PUSH', 'WHATSAPP', 'IN_APP']) {
      const first = await test(channel);
      assert.equal(first.status, 200, JSON.stringify(first.body));
      assert.match(String(first.body.deliveryId), /\.t\.\d+$/);
      assert.deepEqual((await test(channel)).body, first.body);
    }
    const sent = await fetch(`${sandboxUrl}/recorder/messages?campaign=${campaign.slice('/v1/campaigns/'.length)}`);
    const messages = (await sent.text()).trim().split('\n');
    assert.equal(messages.length, 2, 'a repeated test sends nothing');
    const { body } = await shop.api.get('/v1/me/inbox');
    assert.ok((body.messages as Message[]).some(({ title }) => title === 'Flat 20% off'));
  });

  it('STOP and START by message, and the setting in WhatsApp itself, reach consent in any order', async () => {
    const quoted = await shop.api.post(`${campaign}:quote`, { body: { requestId: 'q' } });
    assert.equal(quoted.status, 200, JSON.stringify(quoted.body));
    quote = quoted.body;
    await write(people.stopping, 'Stop');
    await act('preference', { from: `91${people.wavering.phone}`, value: 'stop' });
    await Promise.all([becomes(people.stopping, false), becomes(people.wavering, false)]);
    // A later second, as WhatsApp counts.
    await new Promise((resolve) => void setTimeout(resolve, 1_100));
    await write(people.wavering, 'START');
    await becomes(people.wavering, true);
    const earlier = Math.floor(Date.now() / 1_000) - 3_600;
    const preference = { wa_id: `91${people.wavering.phone}`, category: 'marketing_messages', value: 'stop' };
    const value = { messaging_product: 'whatsapp', user_preferences: [{ ...preference, timestamp: earlier }] };
    const late = JSON.stringify({
      object: 'whatsapp_business_account',
      entry: [{ id: '1', time: earlier, changes: [{ field: 'user_preferences', value }] }],
    });
    const signature = `sha256=${signHmacSha256(settings.WHATSAPP_APP_SECRET ?? '', late)}`;
    const answer = await anybody.post('/webhooks/whatsapp', {
      body: late,
      headers: { 'x-hub-signature-256': signature },
    });
    assert.equal(answer.status, 200);
    await write(people.stopping, 'Please do not stop');
  });

  it('who said stop after the quote is not messaged, and the shopkeeper reads why, without a number', async () => {
    const match = { provider: 'whatsapp', campaign: campaign.slice('/v1/campaigns/'.length) };
    const faults = [
      { match, action: { type: 'webhook-duplicate', copies: 2 } },
      { match, action: { type: 'webhook-reorder' } },
    ];
    assert.equal((await fetch(`${sandboxUrl}/faults`, { method: 'POST', body: JSON.stringify(faults) })).status, 200);
    const launched = await shop.api.post(`${campaign}:launch`, { body: { requestId: 'l', quoteId: quote.quoteId } });
    assert.equal(launched.status, 200, JSON.stringify(launched.body));
    await eventually(async () => assert.equal((await shop.api.get(campaign)).body.state, 'COMPLETED'), {
      timeoutMs: 90_000,
    });
    assert.equal(await allows(people.wavering), true, 'a stop from an hour ago came late');
    const { recipients: whatsapp } = await recipients('WHATSAPP');
    const suppressed = await recipients('WHATSAPP', 'SUPPRESSED');
    assert.deepEqual(
      suppressed.recipients.map(({ reason, explanation }) => [reason, explanation]),
      [['OPTED_OUT', 'The customer does not want messages on this channel.']],
    );
    const failed = (await recipients('WHATSAPP', 'FAILED')).recipients.map(({ reason }) => reason);
    assert.ok(failed.includes('131050'));
    assert.ok(whatsapp.some(({ state }) => state === 'DELIVERED' || state === 'READ'));
    const gone = (await recipients('PUSH', 'FAILED')).recipients;
    assert.deepEqual(
      gone.map(({ reason }) => reason),
      ['UNREGISTERED'],
    );
    assert.doesNotMatch(JSON.stringify(whatsapp), new RegExp(`${people.keen.phone}|${people.keen.userId}`));
  });

  it('an offer in the inbox leads to the offer, is read once, and the campaign counts it', async () => {
    const { body } = await people.keen.api.get('/v1/me/inbox');
    const message = (body.messages as Message[]).find(({ link }) => link === `offers/${offerId}`);
    assert.ok(message, JSON.stringify(body));
    assert.equal(body.unreadCount, 1);
    const read = () => people.keen.api.post(`/v1/me/inbox/${message.messageId}:read`, { body: {} });
    const [first, second] = [await read(), await read()];
    assert.equal(second.body.readTime, first.body.readTime);
    assert.equal((await people.keen.api.get('/v1/me/inbox')).body.unreadCount, 0);
    assert.equal((await recipients('IN_APP', 'READ')).recipients.length, 1);
  });

  it('failures that are about the person are left out of the next campaign, by reason', async () => {
    await becomes(people.optedOut, false);
    campaign = await draft('second', ['WHATSAPP', 'PUSH']);
    const quoted = await shop.api.post(`${campaign}:quote`, { body: { requestId: 'q' } });
    const count = (channel: string, reason: string) =>
      Number(
        (quoted.body.exclusions as Exclusion[]).find((one) => one.channel === channel && one.reason === reason)
          ?.count ?? 0,
      );
    assert.deepEqual(
      [count('WHATSAPP', 'OPTED_OUT'), count('WHATSAPP', 'UNREACHABLE'), count('PUSH', 'NO_CONTACT')],
      [2, 1, 1],
      JSON.stringify(quoted.body),
    );
  });
});
