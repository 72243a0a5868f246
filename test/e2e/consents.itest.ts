import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { anybody, logIn, openShop, type Person, type Shopkeeper } from './people.ts';
import { assertRefusal } from './refusal.ts';

type Consent = { readonly channel: string; readonly granted?: boolean; readonly changeTime?: string };

const granted = (body: Record<string, unknown>) =>
  Object.fromEntries((body.consents as Consent[]).map((consent) => [consent.channel, consent.granted ?? false]));
const nothing = { WHATSAPP: false, PUSH: false, IN_APP: false };

describe('consents over REST', () => {
  let person: Person;
  before(async () => {
    person = await logIn();
  });
  const put = (requestId: string, consents: readonly object[], who = person) =>
    who.api.put('/v1/me/consents', { body: { requestId, consents, notice: '2026-11/en' } });

  it('are not granted until somebody grants them, channel by channel', async () => {
    const asked = await person.api.get('/v1/me/consents');
    assert.deepEqual([asked.status, granted(asked.body)], [200, nothing]);
    const first = await put('c1', [{ channel: 'WHATSAPP', granted: true }]);
    assert.deepEqual([first.status, granted(first.body)], [200, { ...nothing, WHATSAPP: true }]);
    const both = await put('c2', [{ channel: 'PUSH', granted: true }]);
    assert.deepEqual(granted(both.body), { ...nothing, WHATSAPP: true, PUSH: true });
    const withdrawn = await put('c3', [{ channel: 'WHATSAPP', granted: false }]);
    assert.deepEqual(granted(withdrawn.body), { ...nothing, PUSH: true });
    const read = await person.api.get('/v1/me/consents');
    assert.deepEqual(read.body, withdrawn.body);
  });

  it('are changed once per request id, and belong to their person', async () => {
    const body = [{ channel: 'IN_APP', granted: true }];
    const [one, other] = await Promise.all([put('c9', body), put('c9', body)]);
    assert.deepEqual([one.status, other.status], [200, 200]);
    assertRefusal(await put('c9', [{ channel: 'IN_APP', granted: false }]), [409, 'IDEMPOTENCY_KEY_REUSED']);
    assertRefusal(await put('c10', [{ granted: true }]), [400, 'VALIDATION']);
    assertRefusal(await anybody.get('/v1/me/consents'), [401, 'TOKEN_MISSING']);
    const stranger = await logIn();
    assert.deepEqual(granted((await stranger.api.get('/v1/me/consents')).body), nothing);
  });

  it('come with devices, which keep their id', async () => {
    const body = { requestId: 'd1', token: `${crypto.randomUUID()}:device`, platform: 'ANDROID' };
    const first = await person.api.post('/v1/me/devices', { body });
    assert.equal(first.status, 200, JSON.stringify(first.body));
    const again = await person.api.post('/v1/me/devices', { body: { ...body, requestId: 'd2' } });
    assert.equal(again.body.deviceId, first.body.deviceId);
  });

  it('are what an estimate of an audience counts by', async () => {
    const shop: Shopkeeper = await openShop();
    const body = { segment: { pincodes: ['560034'], radiusKm: 5 }, channels: ['WHATSAPP', 'IN_APP'] };
    const estimate = await shop.api.post('/v1/audiences:estimate', { body });
    assert.equal(estimate.status, 200, JSON.stringify(estimate.body));
    const sizes = estimate.body.channels as { channel: string }[];
    assert.deepEqual(
      sizes.map(({ channel }) => channel),
      ['WHATSAPP', 'IN_APP'],
    );
    const nowhere = { ...body, segment: { pincodes: ['999999'] } };
    assertRefusal(await shop.api.post('/v1/audiences:estimate', { body: nowhere }), [400, 'PINCODE_UNKNOWN']);
    assertRefusal(await shop.api.post('/v1/audiences:estimate', { body: { ...body, segment: {} } }), [
      400,
      'SEGMENT_EMPTY',
    ]);
    assertRefusal(await person.api.post('/v1/audiences:estimate', { body }), [403, 'ROLE_REQUIRED']);
  });
});
