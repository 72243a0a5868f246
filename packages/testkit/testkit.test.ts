import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PlaceService } from '@doffers/proto/user/v1/place_service';
import { ShopService } from '@doffers/proto/user/v1/shop_service';
import { closeChannels, createTokenVerifier, type Handlers } from '@doffers/rpc';
import { eventually, fixedClock, startTestServer, testTokens } from './index.ts';

describe('eventually', () => {
  it('answers as soon as the check no longer throws', async () => {
    let tries = 0;
    const check = () => {
      if (++tries < 3) throw new Error('not yet');
      return tries;
    };
    assert.equal(await eventually(check, { everyMs: 1 }), 3);
  });

  it('fails with the last error when time is up', async () => {
    let tries = 0;
    const check = () => Promise.reject(new Error(`try ${++tries}`));
    await assert.rejects(eventually(check, { timeoutMs: 0 }), /try 1/);
  });
});

describe('a fixed clock', () => {
  it('stands still until it is moved', () => {
    const clock = fixedClock('2026-11-24T10:00:00Z');
    clock().setFullYear(1999); // what somebody does to an answer does not move it
    assert.deepEqual(clock(), new Date('2026-11-24T10:00:00Z'));
    clock.advance(1_500);
    assert.deepEqual(clock(), new Date('2026-11-24T10:00:01.500Z'));
    clock.set('2027-03-31T18:30:00Z');
    assert.deepEqual(clock(), new Date('2027-03-31T18:30:00Z'));
  });
});

describe('test tokens', () => {
  it('are what the real verifier accepts', async () => {
    const tokens = await testTokens(['user']);
    const verifier = createTokenVerifier({ self: 'offer', jwks: tokens.jwks, servicesJwks: tokens.servicesJwks });
    const user = await verifier.verifyUser(await tokens.user({ userId: 'u-1', roles: ['admin'], aal: 2 }));
    assert.deepEqual(
      { ...user, sessionId: '' },
      {
        kind: 'user',
        userId: 'u-1',
        sessionId: '',
        roles: ['admin'],
        aal: 2,
        audience: 'doffers',
      },
    );
    assert.equal(await verifier.verifyService(await tokens.identity('user').tokenFor('offer')), 'user');
  });

  it('tell which process has no key', async () => {
    const tokens = await testTokens(['user']);
    assert.throws(() => tokens.identity('payment'), /payment/);
  });
});

describe('a test server', () => {
  it('serves handlers to strangers, people and processes as each of them', async (t) => {
    const callers: unknown[] = [];
    const server = await startTestServer('user', (serve) =>
      serve(PlaceService, {
        async getPincode(_request, { caller }) {
          callers.push(caller.kind === 'service' ? caller.name : caller.kind);
          return {};
        },
        searchPincodes: async () => ({}),
        findUnknownPincodes: async () => ({}),
        listNearbyPincodes: async () => ({}),
      }),
    );
    t.after(async () => {
      closeChannels();
      await server.stop();
    });
    await server.anonymous(PlaceService).getPincode({ pincode: '560001' });
    await (await server.user(PlaceService, { userId: 'u-1' })).getPincode({ pincode: '560001' });
    await server.service(PlaceService).getPincode({ pincode: '560001' });
    assert.deepEqual(callers, ['anonymous', 'user', 'gateway-test']);
  });

  it('lets nobody through whom the real server would stop', async (t) => {
    const refuse = new Proxy({}, { get: () => () => Promise.reject(new Error('must not be reached')) });
    const server = await startTestServer('user', (serve) => serve(ShopService, refuse as Handlers<typeof ShopService>));
    t.after(async () => {
      closeChannels();
      await server.stop();
    });
    const shopId = crypto.randomUUID();
    await assert.rejects(server.anonymous(ShopService).getShopAccess({ shopId }), /INTERNAL_ONLY/);
    const person = await server.user(ShopService, { userId: 'u-1' });
    await assert.rejects(person.getShopAccess({ shopId }), /INTERNAL_ONLY/);
  });
});
