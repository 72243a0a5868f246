import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { type Database, idFromBytes, newId } from '@doffers/database';
import { Channel } from '@doffers/proto/campaign/v1/channel';
import { AudienceService, Gate } from '@doffers/proto/user/v1/audience_service';
import { ConsentService } from '@doffers/proto/user/v1/consent_service';
import { startTestServer, type TestServer } from '@doffers/testkit';
import { createAudienceRepository } from '../repositories/audience-repository.ts';
import { createCustomerRepository } from '../repositories/customer-repository.ts';
import { createDirectoryStore } from '../repositories/directory-store.ts';
import { createMemberRepository } from '../repositories/member-repository.ts';
import { createPincodeDirectory } from '../repositories/pincode-directory.ts';
import { createProfileRepository } from '../repositories/profile-repository.ts';
import { aCustomer, insertCustomers, testCipher } from '../test/customers.ts';
import { openTestDatabase } from '../test/database.ts';
import { aPincode } from '../test/shops.ts';
import { loadDirectory } from '../usecases/load-directory.ts';
import { createAudienceHandlers } from './audience-handlers.ts';
import { createConsentHandlers } from './consent-handlers.ts';

const segment = { pincodes: ['560034'] };
const channels = [Channel.WHATSAPP, Channel.PUSH, Channel.IN_APP];
const inAnHour = () => timestampFromDate(new Date(Date.now() + 3_600_000));

describe('the audience and consent services', () => {
  let server: TestServer;
  let db: Database;
  let close: () => Promise<void>;
  before(async () => {
    ({ db, close } = await openTestDatabase());
    const now = () => new Date();
    const source = {
      origin: 'built-in',
      sha256: Buffer.alloc(32),
      read: async () => ({ pincodes: [aPincode()] }),
    } as const;
    await loadDirectory({ directories: createDirectoryStore(db), now }, source);
    const customers = createCustomerRepository(db, testCipher);
    const audience = {
      audiences: createAudienceRepository(db, undefined),
      members: createMemberRepository(db, testCipher, undefined),
      customers,
      directory: createPincodeDirectory(db),
      estimates: <T>(_key: string, count: () => Promise<T>) => count(),
      now,
    };
    const accounts = { find: async () => ({ phone: '+919700000001', blocked: false }) };
    const people = { customers, profiles: createProfileRepository(db), accounts, newId, now };
    server = await startTestServer('user', (serve) => {
      serve(AudienceService, createAudienceHandlers(audience));
      serve(ConsentService, createConsentHandlers(people));
    });
  });
  after(async () => {
    await server.stop();
    await close();
  });

  it('freeze an audience, hand out its members as columns and close a gate that a person closed', async () => {
    const userId = newId();
    const person = await server.user(ConsentService, { userId, roles: ['customer'] });
    const [stored = ''] = await insertCustomers(db, [aCustomer({ phone: '+919700000002' })]);
    const audiences = server.service(AudienceService);
    const audienceId = newId();
    const frozen = await audiences.freezeAudience({ audienceId, segment, channels, expireTime: inAnHour() });
    assert.equal(frozen.customers, 1n);
    assert.deepEqual(
      frozen.channels.map(({ channel, size }) => [channel, size]),
      channels.map((channel) => [channel, 1n]),
    );
    assert.deepEqual(frozen.exclusions, []);
    await audiences.keepAudience({ audienceId });

    const page = { audienceId, channel: Channel.WHATSAPP, fromSeq: 0, toSeq: 100 };
    const before = await audiences.readMembers(page);
    assert.equal(idFromBytes(before.customerIds), stored);
    assert.deepEqual([[...before.gates], before.phones, before.devices], [[0], ['+919700000002'], []]);
    const push = await audiences.readMembers({ ...page, channel: Channel.PUSH });
    assert.equal(push.devices[0]?.tokens.length, 1);

    const told = {
      who: { case: 'customerId', value: stored } as const,
      channel: Channel.WHATSAPP,
      code: '131050',
      optedOut: true,
      occurTime: timestampFromDate(new Date()),
    };
    await audiences.reportUnreachable(told);
    const closed = await audiences.readMembers(page);
    assert.deepEqual([[...closed.gates], closed.phones], [[Gate.OPTED_OUT], ['']]);
    const reach = { audienceId, channel: Channel.PUSH, firstSeq: 0, reached: Uint8Array.of(1), reachTime: inAnHour() };
    await audiences.recordReach(reach);

    assert.deepEqual(
      (await person.getConsents({})).consents.map(({ channel, granted }) => [channel, granted]),
      channels.map((channel) => [channel, false]),
    );
  });

  it('show shopkeepers counts and nobody else', async () => {
    const asked = { segment, channels: [Channel.IN_APP] };
    const shopkeeper = await server.user(AudienceService, { userId: newId(), roles: ['shopkeeper'] });
    assert.equal((await shopkeeper.estimateAudience(asked)).channels.length, 1);
    const customer = await server.user(AudienceService, { userId: newId(), roles: ['customer'] });
    await assert.rejects(customer.estimateAudience(asked), { reason: 'ROLE_REQUIRED' });
    const page = { audienceId: newId(), channel: Channel.PUSH, fromSeq: 0, toSeq: 1 };
    await assert.rejects(shopkeeper.readMembers(page), /INTERNAL_ONLY/);
    await assert.rejects(shopkeeper.estimateAudience({ segment: {}, channels }), { reason: 'SEGMENT_EMPTY' });
    await assert.rejects(shopkeeper.estimateAudience({ segment, channels: [] }), { reason: 'VALIDATION' });
  });

  it('take consents and devices of the caller', async () => {
    const person = await server.user(ConsentService, { userId: newId(), roles: ['customer'] });
    const consents = [{ channel: Channel.WHATSAPP, granted: true }];
    const updated = await person.updateConsents({ requestId: newId(), consents, notice: '2026-11/en' });
    assert.deepEqual(
      updated.consents.map(({ granted, changeTime }) => [granted, changeTime !== undefined]),
      [
        [true, true],
        [false, false],
        [false, false],
      ],
    );
    const requestId = newId();
    const device = await person.registerDevice({ requestId, token: 'x'.repeat(100), platform: 1 });
    assert.ok(device.lastSeenTime);
    assert.deepEqual(await person.registerDevice({ requestId, token: 'x'.repeat(100), platform: 1 }), device);
    await assert.rejects(person.registerDevice({ requestId: newId(), token: 'short' }), { reason: 'VALIDATION' });
    const none = server.anonymous(ConsentService);
    await assert.rejects(none.getConsents({}), { reason: 'TOKEN_MISSING' });
  });
});
