import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { type Database, idFromBytes, newId } from '@doffers/database';
import { type FixedClock, fixedClock } from '@doffers/testkit';
import type { Channel } from '../domain/audience/channel.ts';
import type { AudienceCounts } from '../domain/audience/counts.ts';
import type { FrequencyCap } from '../domain/audience/frequency-cap.ts';
import { consentStates, gates } from '../domain/audience/gate.ts';
import type { Segment } from '../domain/audience/segment.ts';
import { type AudienceRepository, createAudienceRepository } from '../repositories/audience-repository.ts';
import { createCustomerRepository } from '../repositories/customer-repository.ts';
import { createDirectoryStore } from '../repositories/directory-store.ts';
import { createMemberRepository } from '../repositories/member-repository.ts';
import { createPincodeDirectory } from '../repositories/pincode-directory.ts';
import { aCustomer, insertCustomers, testCipher } from '../test/customers.ts';
import { openTestDatabase } from '../test/database.ts';
import { aPincode } from '../test/shops.ts';
import type { AudienceDeps } from './audience-deps.ts';
import { estimateAudience } from './estimate-audience.ts';
import { freezeAudience } from './freeze-audience.ts';
import { deleteExpiredAudiences, keepAudience } from './keep-audience.ts';
import { loadDirectory } from './load-directory.ts';
import { recordReach, reportUnreachable } from './reach.ts';
import { readMembers } from './read-members.ts';

const { granted, withdrawn, undecided } = consentStates;
const everyChannel: readonly Channel[] = ['whatsapp', 'push', 'in_app'];
const koramangala: Segment = { pincodes: ['560034'], radiusKm: 0, cities: [], activeWithinDays: 0 };
const all = { segment: koramangala, channels: everyChannel };
const expiresAt = new Date('2026-11-23T07:00:00Z');

const sizes = ({ channels }: AudienceCounts) => channels.map(({ size }) => size);
const excluded = ({ channels }: AudienceCounts, channel: Channel) =>
  Object.fromEntries(
    channels
      .filter((each) => each.channel === channel)
      .flatMap(({ exclusions }) => exclusions.map(({ reason, count }) => [reason, count])),
  );

describe('audiences', () => {
  let db: Database;
  let close: () => Promise<void>;
  let clock: FixedClock;
  before(async () => {
    ({ db, close } = await openTestDatabase());
    const read = async () => ({
      pincodes: [
        aPincode(),
        aPincode('560095', { centre: { latitude: 12.935, longitude: 77.62 } }),
        aPincode('560001', { centre: { latitude: 12.97, longitude: 77.59 } }),
        aPincode('400001', { district: 'Mumbai', state: 'Maharashtra', centre: undefined, confidence: 'none' }),
      ],
    });
    const source = { origin: 'built-in', sha256: Buffer.alloc(32), read } as const;
    await loadDirectory({ directories: createDirectoryStore(db), now: () => new Date() }, source);
  });
  after(() => close());
  beforeEach(async () => {
    clock = fixedClock('2026-11-23T06:00:00Z');
    const tables = ['customer', 'contact_point', 'device', 'consent_ledger', 'customer_reach', 'audience'];
    for (const table of tables) await db.query(`TRUNCATE TABLE ${table}`);
  });

  const depsWith = (cap?: FrequencyCap, audiences = createAudienceRepository(db, cap)): AudienceDeps => ({
    audiences,
    members: createMemberRepository(db, testCipher, cap),
    customers: createCustomerRepository(db, testCipher),
    directory: createPincodeDirectory(db),
    estimates: (_key, count) => count(),
    now: clock,
  });
  const freeze = (audienceId: string, asked = all, deps = depsWith()) =>
    freezeAudience(deps, { audienceId, ...asked, expiresAt });
  const read = (audienceId: string, channel: Channel, deps = depsWith()) =>
    readMembers(deps, { audienceId, channel, from: 0, to: 1_000 });
  const rowsOf = async (audienceId: string): Promise<unknown[]> =>
    db.query(
      `SELECT channel, seq, customer_number FROM audience_member WHERE audience_id = UNHEX(REPLACE(?, '-', ''))
        ORDER BY channel, seq`,
      [audienceId],
    );

  it('number the members of each channel 0, 1, 2 … without a gap, and count who is left out and why', async () => {
    await insertCustomers(db, [
      aCustomer({ consents: [withdrawn, granted, granted] }),
      aCustomer({ phone: '' }),
      aCustomer({ tokens: [], consents: [undecided, granted, granted] }),
      aCustomer({ account: 1 }),
      aCustomer({ whatsappUnreachableUntil: '2026-11-24' }),
      aCustomer({ whatsappUnreachableUntil: '2026-11-23' }),
      aCustomer({ consents: [undecided, undecided, withdrawn] }),
      aCustomer({ pin: 560_095 }),
      aCustomer(),
    ]);
    const id = newId();
    const counts = await freeze(id);
    assert.deepEqual(sizes(counts), [2, 5, 6]);
    assert.equal(counts.customers, 6);
    const { noConsent, optedOut, noContact, unreachable, accountClosed } = gates;
    assert.deepEqual(excluded(counts, 'whatsapp'), {
      [noConsent]: 2,
      [optedOut]: 1,
      [noContact]: 1,
      [unreachable]: 1,
      [accountClosed]: 1,
    });
    assert.deepEqual(excluded(counts, 'push'), { [noConsent]: 1, [noContact]: 1, [accountClosed]: 1 });
    assert.deepEqual(excluded(counts, 'in_app'), { [optedOut]: 1, [accountClosed]: 1 });
    for (const { size, exclusions } of counts.channels) {
      assert.equal(
        exclusions.reduce((sum, { count }) => sum + count, size),
        8,
        'all of the segment',
      );
    }
    const rows = (await rowsOf(id)) as { channel: number; seq: number }[];
    for (const [code, size] of [2, 5, 6].entries()) {
      const seqs = rows.filter(({ channel }) => channel === code + 1).map(({ seq }) => seq);
      assert.deepEqual(
        seqs,
        Array.from({ length: size }, (_, seq) => seq),
      );
    }
  });

  it('are estimated by the rules by which they are frozen', async () => {
    await insertCustomers(db, [aCustomer(), aCustomer({ phone: '' }), aCustomer({ account: 1 })]);
    assert.deepEqual(await estimateAudience(depsWith(), all), await freeze(newId()));
  });

  it('stay as they were when they are frozen again, whatever happened since', async () => {
    await insertCustomers(db, [aCustomer(), aCustomer()]);
    const id = newId();
    const first = await freeze(id);
    const rows = await rowsOf(id);
    await insertCustomers(db, [aCustomer()]);
    assert.deepEqual(await freeze(id), first);
    assert.deepEqual(await rowsOf(id), rows);
  });

  it('are refused under an id that stands for another segment', async () => {
    const id = newId();
    await freeze(id);
    const other = { ...all, segment: { ...koramangala, radiusKm: 5 } };
    await assert.rejects(freeze(id, other), { reason: 'IDEMPOTENCY_KEY_REUSED' });
    const reordered = { ...all, channels: everyChannel.toReversed() };
    assert.deepEqual(sizes(await freeze(id, reordered)), [0, 0, 0]);
  });

  it('are finished by a repetition after a crash in the middle, with the same rows', async () => {
    const people = Array.from({ length: 60 }, (_, n) => aCustomer(n % 3 === 0 ? { phone: '' } : {}));
    await insertCustomers(db, people);
    const whole = newId();
    const expected = await freeze(whole);

    const narrow = createAudienceRepository(db, undefined);
    let ranges = 0;
    const crashing: AudienceRepository = {
      ...narrow,
      freezeNext: (id) => {
        if (++ranges > 2) throw new Error('crashed');
        return narrow.freezeNext(id, 7);
      },
    };
    const id = newId();
    await assert.rejects(freeze(id, all, depsWith(undefined, crashing)), /crashed/);
    await assert.rejects(keepAudience(depsWith(), id), { reason: 'AUDIENCE_INCOMPLETE' });
    assert.equal((await rowsOf(id)).length, 14 - 5 + 14 + 14);
    // Who comes after the freeze began is not in it.
    await insertCustomers(db, [aCustomer()]);
    assert.deepEqual(await freeze(id), expected);
    assert.deepEqual(await rowsOf(id), await rowsOf(whole));
  });

  it('come out the same when two freeze them at once', async () => {
    await insertCustomers(
      db,
      Array.from({ length: 50 }, () => aCustomer()),
    );
    const whole = newId();
    const expected = await freeze(whole);
    const narrow = createAudienceRepository(db, undefined);
    const slow: AudienceRepository = { ...narrow, freezeNext: (id) => narrow.freezeNext(id, 5) };
    const id = newId();
    const both = await Promise.all([1, 2].map(() => freeze(id, all, depsWith(undefined, slow))));
    assert.deepEqual(both, [expected, expected]);
    assert.deepEqual(await rowsOf(id), await rowsOf(whole));
  });

  it('name places by PIN code, by the radius around it and by city', async () => {
    await insertCustomers(db, [
      aCustomer(),
      aCustomer({ pin: 560_095 }),
      aCustomer({ pin: 560_001 }),
      aCustomer({ pin: 400_001 }),
    ]);
    const reached = async (segment: Partial<Segment>) => {
      const asked = { segment: { ...koramangala, pincodes: [], ...segment }, channels: everyChannel };
      return (await estimateAudience(depsWith(), asked)).customers;
    };
    assert.equal(await reached({ pincodes: ['560034'] }), 1);
    assert.equal(await reached({ pincodes: ['560034'], radiusKm: 3 }), 2);
    assert.equal(await reached({ pincodes: ['560034'], radiusKm: 25 }), 3);
    assert.equal(await reached({ pincodes: ['400001'], radiusKm: 25 }), 1);
    assert.equal(await reached({ cities: ['Bengaluru Urban'] }), 3);
    assert.equal(await reached({ pincodes: ['560034', '400001'], cities: ['Bengaluru Urban'] }), 4);
    await assert.rejects(reached({}), { reason: 'SEGMENT_EMPTY' });
    await assert.rejects(reached({ pincodes: ['999999'] }), { reason: 'PINCODE_UNKNOWN' });
    await assert.rejects(reached({ cities: ['Atlantis'] }), { reason: 'CITY_UNKNOWN' });
  });

  it('hold only who was active in the days asked for', async () => {
    await insertCustomers(db, [
      aCustomer({ activeOn: '2026-11-23' }),
      aCustomer({ activeOn: '2026-11-17' }),
      aCustomer({ activeOn: '2026-11-16' }),
    ]);
    const lately = { ...all, segment: { ...koramangala, activeWithinDays: 7 } };
    assert.equal((await estimateAudience(depsWith(), lately)).customers, 2);
  });

  it('hand out phones and tokens with their members, the newest device first', async () => {
    const [first = '', second = ''] = await insertCustomers(db, [
      aCustomer({ phone: '+919800012345', tokens: ['newest-token', 'older-token'] }),
      aCustomer({ phone: '+919800054321', tokens: [] }),
    ]);
    const id = newId();
    await freeze(id);
    const whatsapp = await read(id, 'whatsapp');
    assert.deepEqual(whatsapp.phones, ['+919800012345', '+919800054321']);
    assert.deepEqual([...whatsapp.gates], [0, 0]);
    const ids = [0, 16].map((at) => idFromBytes(whatsapp.ids.subarray(at, at + 16)));
    assert.deepEqual(ids, [first, second]);
    assert.deepEqual((await read(id, 'push')).tokens, [['newest-token', 'older-token']]);
    const inApp = await read(id, 'in_app');
    assert.deepEqual([inApp.gates.length, inApp.phones, inApp.tokens], [2, [], []]);
  });

  it('close the gate of who withdraws after the freeze, and hand out no phone then', async () => {
    const [stays = '', leaves = ''] = await insertCustomers(db, [aCustomer(), aCustomer()]);
    assert.ok(stays);
    const id = newId();
    await freeze(id);
    const deps = depsWith();
    const decision = { channel: 'whatsapp', granted: false, source: 'customer', notice: '', at: clock() } as const;
    await deps.customers.decideOnce(leaves, 'stop', [decision]);
    const { gates: standing, phones } = await read(id, 'whatsapp');
    assert.deepEqual([...standing], [gates.open, gates.optedOut]);
    assert.deepEqual(
      phones.map((phone) => phone !== ''),
      [true, false],
    );
    assert.deepEqual([...(await read(id, 'push')).gates], [gates.open, gates.open]);
  });

  it('are read at most 1,000 members at a time, and end where they end', async () => {
    await insertCustomers(db, [aCustomer()]);
    const id = newId();
    await freeze(id);
    const page = (from: number, to: number, audienceId = id) =>
      readMembers(depsWith(), { audienceId, channel: 'in_app', from, to });
    assert.equal((await page(1, 500)).gates.length, 0);
    await assert.rejects(page(0, 1_001), { reason: 'RANGE_INVALID' });
    await assert.rejects(page(5, 5), { reason: 'RANGE_INVALID' });
    await assert.rejects(page(0, 1, newId()), { reason: 'AUDIENCE_NOT_FOUND' });
  });

  it('leave out who had as many messages as the cap allows, until the days are over', async () => {
    await insertCustomers(db, [aCustomer(), aCustomer()]);
    const cap = { messages: 2, days: 7 };
    const deps = depsWith(cap);
    const sent = newId();
    await freeze(sent);
    for (const firstSeq of [0, 1]) {
      const reach = { audienceId: sent, channel: 'push', firstSeq, reached: Uint8Array.of(1), at: clock() } as const;
      await recordReach(deps, reach);
    }
    assert.deepEqual(sizes(await freeze(newId(), all, deps)), [2, 2, 2]);
    const again = newId();
    await freeze(again);
    const both = {
      audienceId: again,
      channel: 'push',
      firstSeq: 0,
      reached: Uint8Array.of(0b10),
      at: clock(),
    } as const;
    await recordReach(deps, both);
    const capped = newId();
    const counts = await freeze(capped, all, deps);
    assert.deepEqual(sizes(counts), [2, 1, 2]);
    assert.deepEqual(excluded(counts, 'push'), { [gates.capped]: 1 });
    assert.deepEqual([...(await read(sent, 'push', deps)).gates], [gates.open, gates.capped]);
    clock.advance(7 * 24 * 3_600_000);
    assert.deepEqual([...(await read(sent, 'push', deps)).gates], [gates.open, gates.open]);
  });

  it('count a reached member once, in however many reports', async () => {
    await insertCustomers(db, [aCustomer(), aCustomer(), aCustomer()]);
    const id = newId();
    await freeze(id);
    const report = (bits: number) =>
      recordReach(depsWith(), {
        audienceId: id,
        channel: 'push',
        firstSeq: 0,
        reached: Uint8Array.of(bits),
        at: clock(),
      });
    await report(0b101);
    await Promise.all([report(0b101), report(0b101), report(0b111), report(0b011)]);
    const rows: { messages: number }[] = await db.query('SELECT messages FROM customer_reach ORDER BY customer_number');
    assert.deepEqual(
      rows.map(({ messages }) => messages),
      [1, 1, 1],
    );
  });

  it('no longer reach a number or a device that a provider reported', async () => {
    const [id = ''] = await insertCustomers(db, [aCustomer({ tokens: ['good-token', 'dead-token'] })]);
    const audienceId = newId();
    await freeze(audienceId);
    const deps = depsWith();
    const failed = { who: { customerId: id }, token: '', optedOut: false, at: clock() } as const;
    const dead = { ...failed, channel: 'push', token: 'dead-token', code: 'UNREGISTERED' } as const;
    await reportUnreachable(deps, dead);
    await reportUnreachable(deps, dead);
    assert.deepEqual((await read(audienceId, 'push')).tokens, [['good-token']]);
    await reportUnreachable(deps, { ...dead, token: 'good-token', at: new Date(0) });
    assert.deepEqual((await read(audienceId, 'push')).tokens, [['good-token']]);
    await reportUnreachable(deps, { ...dead, token: 'good-token' });
    assert.deepEqual([...(await read(audienceId, 'push')).gates], [gates.noContact]);

    const limited = { ...failed, channel: 'whatsapp', code: '131049', who: { audienceId, seq: 0 } } as const;
    await reportUnreachable(deps, limited);
    clock.advance(24 * 3_600_000);
    assert.deepEqual([...(await read(audienceId, 'whatsapp')).gates], [gates.unreachable]);
    clock.advance(24 * 3_600_000);
    assert.deepEqual([...(await read(audienceId, 'whatsapp')).gates], [gates.open]);
    await reportUnreachable(deps, { ...limited, who: { audienceId: newId(), seq: 0 } });
    await reportUnreachable(deps, { ...limited, who: { audienceId, seq: 7 } });
    assert.deepEqual([...(await read(audienceId, 'whatsapp')).gates], [gates.open]);

    await reportUnreachable(deps, { ...failed, channel: 'whatsapp', code: '131026', at: clock() });
    assert.deepEqual([...(await read(audienceId, 'whatsapp')).gates], [gates.unreachable]);
    clock.advance(31 * 24 * 3_600_000);
    assert.deepEqual([...(await read(audienceId, 'whatsapp')).gates], [gates.open]);

    const stop = { ...failed, channel: 'whatsapp', code: '131050', optedOut: true, at: clock() } as const;
    await reportUnreachable(deps, stop);
    await reportUnreachable(deps, stop);
    assert.deepEqual([...(await read(audienceId, 'whatsapp')).gates], [gates.optedOut]);
    const ledger: object[] = await db.query('SELECT source, granted, notice FROM consent_ledger');
    assert.deepEqual(
      ledger.map((row) => ({ ...row })),
      [{ source: 'provider', granted: 0, notice: '131050' }],
    );
  });

  it('are deleted an hour after they expired, unless their campaign was launched', async () => {
    await insertCustomers(db, [aCustomer()]);
    const [forgotten, launched] = [newId(), newId()];
    const deps = depsWith();
    for (const id of [forgotten, launched]) await freeze(id);
    await keepAudience(deps, launched);
    await keepAudience(deps, launched);
    clock.advance(2 * 3_600_000);
    assert.equal(await deleteExpiredAudiences(deps), 0);
    clock.advance(1_000);
    assert.equal(await deleteExpiredAudiences(deps), 1);
    assert.deepEqual([(await rowsOf(forgotten)).length, (await rowsOf(launched)).length], [0, 3]);
    await assert.rejects(keepAudience(deps, forgotten), { reason: 'AUDIENCE_NOT_FOUND' });
  });

  it('live on when they are quoted again before they are deleted', async () => {
    const id = newId();
    await freeze(id);
    await freezeAudience(depsWith(), { audienceId: id, ...all, expiresAt: new Date('2026-11-23T09:00:00Z') });
    clock.advance(2 * 3_600_000 + 1_000);
    assert.equal(await deleteExpiredAudiences(depsWith()), 0);
  });
});
