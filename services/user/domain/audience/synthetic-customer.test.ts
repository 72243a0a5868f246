import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { consentStates } from './gate.ts';
import { createSyntheticCustomers, syntheticIds } from './synthetic-customer.ts';

const homes = [
  { pin: 560_034, weight: 3 },
  { pin: 560_095, weight: 1 },
];
const many = (seed = 1) => Array.from({ length: 5_000 }, (_, n) => createSyntheticCustomers(seed, homes)(n));
const share = <T>(of: readonly T[], holds: (one: T) => boolean) => of.filter(holds).length / of.length;
const about = (actual: number, expected: number) => assert.ok(Math.abs(actual - expected) < 0.03, `${actual}`);

describe('synthetic customers', () => {
  const customers = many();

  it('are the same for the same seed, and others for another', () => {
    assert.deepEqual(many(), customers);
    assert.notDeepEqual(many(2)[0], customers[0]);
  });

  it('have ids that rise, lie in their own range and are UUIDs of version 7', () => {
    const ids = customers.map(({ id }) => id);
    assert.deepEqual(ids, ids.toSorted());
    for (const id of ids) {
      assert.match(id, /^[0-9a-f]{12}7[0-9a-f]{3}8[0-9a-f]{15}$/);
      assert.ok(id >= syntheticIds[0] && id <= syntheticIds[1]);
    }
  });

  it('share no phone and no token', () => {
    const phones = customers.map(({ phone }) => phone).filter((phone) => phone !== '');
    const tokens = customers.flatMap((customer) => customer.tokens);
    assert.equal(new Set(phones).size, phones.length);
    assert.equal(new Set(tokens).size, tokens.length);
    for (const token of tokens) assert.match(token, /^[\w-]{22}:APA91b[\w-]{134}(-[A-Z_]+)?$/);
  });

  it('share no token among very many either, where their streams of random numbers meet', () => {
    const make = createSyntheticCustomers(1, homes);
    const seen = new Set<string>();
    let tokens = 0;
    for (let n = 0; n < 150_000; n += 1) {
      for (const token of make(n).tokens) {
        seen.add(token);
        tokens += 1;
      }
    }
    assert.equal(seen.size, tokens);
  });

  it('live, consent and can be reached as people do', () => {
    about(
      share(customers, ({ pin }) => pin === 560_034),
      0.75,
    );
    about(
      share(customers, ({ whatsappConsent }) => whatsappConsent === consentStates.granted),
      0.64,
    );
    about(
      share(customers, ({ inAppConsent }) => inAppConsent === consentStates.granted),
      0.92,
    );
    about(
      share(customers, ({ tokens }) => tokens.length === 0),
      0.27,
    );
    about(
      share(customers, ({ phone }) => phone === ''),
      0.02,
    );
    about(
      share(customers, ({ closed }) => closed),
      0.01,
    );
    about(
      share(customers, ({ idleDays }) => idleDays < 30),
      0.63,
    );
  });

  it('fail for the reasons for which messages to people fail', () => {
    const phoneShare = (prefix: string) => share(customers, ({ phone }) => phone.startsWith(prefix));
    about(phoneShare('+917002'), 0.025);
    about(phoneShare('+917003'), 0.015);
    assert.ok(phoneShare('+917002') > 0 && phoneShare('+917003') > 0 && phoneShare('+917004') > 0);
    const tokens = customers.flatMap((customer) => customer.tokens);
    const tokenShare = (end: string) => share(tokens, (token) => token.endsWith(end));
    about(tokenShare('-UNREGISTERED'), 0.03);
    assert.ok(tokenShare('-UNREGISTERED') > 0 && tokenShare('-SENDER_ID_MISMATCH') > 0);
  });
});
