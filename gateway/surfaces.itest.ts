import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { MobileService } from '@doffers/proto/mobile/v1/mobile_service';
import { WhatsappWebhookService } from '@doffers/proto/notification/v1/whatsapp_webhook_service';
import { ShopService } from '@doffers/proto/user/v1/shop_service';
import type { Handlers } from '@doffers/rpc';
import { eventually, type RestClient, restClient } from '@doffers/testkit';
import { assertRefused } from '../test/e2e/gateway-error.ts';
import { type RunningGateway, startGateway } from './test/running-gateway.ts';

const shopId = '0192f0c1-2d3e-7abc-8def-0123456789ab';

type Seen = { update?: { paths: readonly string[]; name: string }; webhook?: Record<string, unknown> };

function stubs(seen: Seen) {
  const nothing = async () => ({});
  const shops: Partial<Handlers<typeof ShopService>> = {
    async createShop({ name }, { created }) {
      created(`/v1/shops/${shopId}`);
      return { shopId, name };
    },
    rejectShop: async ({ shopId: id }) => ({ shopId: id }),
    async updateShop({ shop, updateMask }) {
      seen.update = { paths: updateMask?.paths ?? [], name: shop?.name ?? '' };
      return { shopId: shop?.shopId ?? '' };
    },
  };
  const mobile: Partial<Handlers<typeof MobileService>> = {
    getHealth: async () => ({ status: 'ok' }),
    getPincode: async ({ pincode }) => ({ success: false, pincode }),
  };
  const webhooks: Handlers<typeof WhatsappWebhookService> = {
    verifyWhatsappWebhook: async ({ hub }) => ({
      contentType: 'text/plain; charset=utf-8',
      data: Buffer.from(hub?.challenge ?? ''),
    }),
    async receiveWhatsappEvent({ payload }, { metadata }) {
      seen.webhook = {
        bytes: Buffer.from(payload?.data ?? []).toString('hex'),
        contentType: payload?.contentType,
        signature: metadata('x-hub-signature-256'),
      };
      return {};
    },
  };
  const whole = <H extends object>(service: { methods: readonly { localName: string }[] }, given: Partial<H>): H =>
    Object.fromEntries(
      service.methods.map(({ localName }) => [localName, given[localName as keyof H] ?? nothing]),
    ) as H;
  return { shops: whole(ShopService, shops), mobile: whole(MobileService, mobile), webhooks };
}

describe('the surfaces', () => {
  const seen: Seen = {};
  let gateway: RunningGateway;
  let anybody: RestClient;
  let person: RestClient;
  let admin: RestClient;

  before(async () => {
    const { shops, mobile, webhooks } = stubs(seen);
    gateway = await startGateway({
      upstreams: {
        user: (serve) => serve(ShopService, shops),
        mobile: (serve) => serve(MobileService, mobile),
        notification: (serve) => serve(WhatsappWebhookService, webhooks),
      },
    });
    anybody = restClient(gateway.url);
    person = restClient(gateway.url, await gateway.tokens.user({ userId: 'u-1', roles: ['shopkeeper'] }));
    admin = restClient(gateway.url, await gateway.tokens.user({ userId: 'u-2', roles: ['admin'] }));
  });
  after(() => gateway.close());

  describe('/v1', () => {
    const shop = { requestId: 'r-1', name: 'Asha Stores', pincode: '560001' };

    it('answers 201 with the place of what was created', async () => {
      const { status, headers, body } = await person.post('/v1/shops', { body: shop });
      assert.equal(status, 201);
      assert.equal(headers.get('location'), `/v1/shops/${shopId}`);
      assert.equal(headers.get('x-http-status'), null);
      assert.equal(body.name, 'Asha Stores');
    });

    it('prints zero values, enums by name, and leaves out what was not set', async () => {
      const { body } = await person.post('/v1/shops', { body: shop });
      assert.equal(body.approval, 'APPROVAL_UNSPECIFIED');
      assert.equal(body.etag, '');
      assert.equal('createTime' in body, false);
    });

    it('ignores fields of a body that it does not know, as Google’s APIs do', async () => {
      assert.equal((await person.post('/v1/shops', { body: { ...shop, colour: 'red' } })).status, 201);
    });

    it('hands an update mask over in the spelling of the protos', async () => {
      for (const query of ['updateMask=name,gstin', 'update_mask=name&update_mask=gstin']) {
        const { status } = await person.patch(`/v1/shops/${shopId}?${query}`, { body: { name: 'Asha' } });
        assert.equal(status, 200);
        assert.deepEqual(seen.update, { paths: ['name', 'gstin'], name: 'Asha' });
      }
    });

    it('lets the path win over a body that names another thing', async () => {
      const other = '0192f0c1-2d3e-7abc-8def-000000000000';
      for (const body of [
        `{"shopId":"${other}","requestId":"r-3","reason":"why not"}`,
        `{"requestId":"r-3","reason":"why not","shopId":"${other}"}`,
      ]) {
        const { status, body: answer } = await admin.post(`/v1/admin/shops/${shopId}:reject`, { body });
        assert.deepEqual([status, answer.shopId], [200, shopId]);
      }
      const patch = await person.patch(`/v1/shops/${shopId}?updateMask=name`, { body: { shopId: other } });
      assert.deepEqual([patch.status, patch.body.shopId], [200, shopId]);
    });

    it('refuses such a body in the spelling of the protos', async () => {
      const body = { shop_id: '0192f0c1-2d3e-7abc-8def-000000000000', requestId: 'r-3', reason: 'why not' };
      const answer = await admin.post(`/v1/admin/shops/${shopId}:reject`, { body });
      assertRefused(answer, { status: 400, code: 3, reason: 'MALFORMED_REQUEST', message: /conflicting/ });
    });
  });

  describe('/api', () => {
    it('ignores query parameters that it does not know, since the app cannot be changed', async () => {
      const { status, body } = await anybody.get('/api/health?cache=17');
      assert.equal(status, 200);
      assert.deepEqual(body, { status: 'ok' });
    });

    it('prints false and empty lists', async () => {
      const { body } = await anybody.get('/api/meta/pincode/560001');
      assert.deepEqual(body, { success: false, pincode: '560001', state: '', district: '', areas: [] });
    });
  });

  describe('/webhooks', () => {
    const path = '/webhooks/whatsapp';

    it('hand over the bytes as they came, with the signature', async () => {
      const body = Buffer.from('{"b":  1,\n "a":"\u0905"}\r\n');
      const headers = { 'content-type': 'application/json', 'x-hub-signature-256': 'sha256=ab' };
      const { status } = await anybody.post(path, { body, headers });
      assert.equal(status, 200);
      assert.deepEqual(seen.webhook, {
        bytes: body.toString('hex'),
        contentType: 'application/json',
        signature: 'sha256=ab',
      });
    });

    it('hand over bytes that are no text, up to the limit', async () => {
      const body = Buffer.alloc(1_000_000, 0xfe);
      assert.equal(
        (await anybody.post(path, { body, headers: { 'content-type': 'application/octet-stream' } })).status,
        200,
      );
      assert.equal(seen.webhook?.bytes, body.toString('hex'));
      const tooLarge = await anybody.post(path, { body: Buffer.alloc(1_100_000), headers: { 'content-type': 'a/b' } });
      assertRefused(tooLarge, { status: 413, code: 3, reason: 'BODY_TOO_LARGE' });
    });

    it('answer a subscription check with the challenge as plain text, whatever else is in the query', async () => {
      const query = 'hub.mode=subscribe&hub.challenge=115%208&hub.verify_token=t&fbclid=1';
      const response = await fetch(`${gateway.url}${path}?${query}`);
      assert.equal(response.headers.get('content-type'), 'text/plain; charset=utf-8');
      assert.equal(await response.text(), '115 8');
    });
  });

  describe('the access log', () => {
    it('names the person and the method, but neither token nor query', async () => {
      await person.get('/v1/shops/none?bogus=9876543210');
      await person.post('/v1/shops', { body: { requestId: 'r-2', name: 'Asha', pincode: '560001' } });
      const lines = await eventually(async () => {
        const all = await gateway.accessLog();
        assert.ok(all.some(({ path, status }) => path === '/v1/shops' && status === 201));
        assert.ok(all.some(({ path }) => path === '/v1/shops/none'));
        return all;
      });
      const created = lines.find(({ path }) => path === '/v1/shops');
      assert.equal(created?.user, 'u-1');
      assert.equal(created?.rpc, '/doffers.user.v1.ShopService/CreateShop');
      assert.equal(created?.method, 'POST');
      assert.doesNotMatch(JSON.stringify(lines), /9876543210|Bearer|eyJ/);
    });
  });
});
