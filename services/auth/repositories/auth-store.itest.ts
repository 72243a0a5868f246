import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Database, newId } from '@doffers/database';
import { type Phone, parsePhone } from '../domain/phone.ts';
import { anAccount, aSession, start } from '../test/samples.ts';
import { cipher, openTestDatabase } from '../test/servers.ts';
import { type AuthStore, createAuthStore } from './auth-store.ts';
import { readEvent } from './event-repository.ts';

describe('the auth store', () => {
  let db: Database;
  let close: () => Promise<void>;
  let store: AuthStore;
  before(async () => {
    ({ db, close } = await openTestDatabase());
    store = createAuthStore(db, cipher);
  });
  after(() => close());

  let numbers = 0;
  const newPhone = (): Phone => parsePhone(String(9_600_000_000 + ++numbers));
  const newAccount = (changes = {}) => anAccount({ id: newId(), phone: newPhone(), ...changes });

  it('gives back an account by id and by number, with its roles', async () => {
    const account = newAccount({ roles: ['customer', 'admin'] });
    assert.deepEqual(await store.accounts.findOrCreate(account), { account, created: true });
    assert.deepEqual(await store.accounts.find(account.id), account);
    assert.deepEqual(await store.accounts.findByPhone(account.phone), account);
    assert.equal(await store.accounts.find(newId()), undefined);
  });

  it('makes one account of twenty parallel first logins', async () => {
    const phone = newPhone();
    const made = await Promise.all(
      Array.from({ length: 20 }, () => store.together(({ accounts }) => accounts.findOrCreate(newAccount({ phone })))),
    );
    assert.equal(made.filter(({ created }) => created).length, 1);
    assert.equal(new Set(made.map(({ account }) => account.id)).size, 1);
  });

  it('adds a role once, also when it is granted from many places at once', async () => {
    const { id } = (await store.accounts.findOrCreate(newAccount())).account;
    const grants = await Promise.all(
      Array.from({ length: 10 }, () => store.together(({ accounts }) => accounts.addRole(id, 'shopkeeper', start))),
    );
    assert.equal(grants.filter(Boolean).length, 1);
    assert.deepEqual((await store.accounts.find(id))?.roles, ['customer', 'shopkeeper']);
  });

  it('keeps no number that somebody with the database could read', async () => {
    const account = newAccount();
    await store.accounts.findOrCreate(account);
    const rows = await db.query('SELECT * FROM account');
    const bytes = Buffer.concat(rows.flatMap((row: object) => Object.values(row).filter(Buffer.isBuffer)));
    assert.ok(bytes.length > 0 && !bytes.includes(account.phone.slice(3)));
  });

  it('gives back a session, and lists those that nobody ended', async () => {
    const session = aSession({ id: newId(), userId: newId(), audience: 'doffers-app', role: 'shopkeeper' });
    const other = aSession({ ...session, id: newId(), createdAt: new Date('2026-11-24T06:00:00Z'), role: undefined });
    await store.sessions.insert(session);
    await store.sessions.insert(other);
    assert.deepEqual(await store.sessions.find(session.id), session);
    assert.deepEqual(await store.sessions.listOpen(session.userId), [other, session]);
    assert.equal(await store.sessions.end(other.id, 'logout', start), true);
    assert.equal(await store.sessions.end(other.id, 'logout', start), false);
    assert.deepEqual((await store.sessions.find(other.id))?.endedAt, start);
    assert.deepEqual(await store.sessions.listOpen(session.userId), [session]);
  });

  it('lets one of twenty parallel rotations through, and none of an ended session', async () => {
    const session = aSession({ id: newId() });
    await store.sessions.insert(session);
    const rotations = await Promise.all(Array.from({ length: 20 }, () => store.sessions.rotate(session.id, 0, start)));
    assert.equal(rotations.filter(Boolean).length, 1);
    await store.sessions.end(session.id, 'logout', start);
    assert.equal(await store.sessions.rotate(session.id, 1, start), false);
    assert.equal((await store.sessions.find(session.id))?.counter, 1);
  });

  it('keeps what belongs together, or nothing of it', async () => {
    const account = newAccount();
    const failing = store.together(async ({ accounts, events, audit }) => {
      await accounts.findOrCreate(account);
      await events.announce({
        topic: 'user.created',
        key: account.id,
        payload: { userId: account.id, signUp: undefined },
      });
      await audit.add({
        action: 'login',
        at: start,
        actorId: account.id,
        subject: account.id,
        clientAddress: '',
        detail: '',
      });
      throw new Error('the session could not be stored');
    });
    await assert.rejects(failing, /could not be stored/);
    assert.equal(await store.accounts.find(account.id), undefined);
    assert.deepEqual(await db.query('SELECT 1 FROM outbox WHERE ordering_key = ?', [account.id]), []);
    assert.deepEqual(await db.query('SELECT 1 FROM audit_entry WHERE subject = ?', [account.id]), []);
  });

  it('seals what a person told at sign-up while it waits to be delivered', async () => {
    const userId = newId();
    const signUp = { name: 'Ravindra', pincode: '560034', city: '', address: '5th Block' };
    await store.events.announce({ topic: 'user.created', key: userId, payload: { userId, signUp } });
    const [row] = await db.query('SELECT id, topic, payload FROM outbox WHERE ordering_key = ?', [userId]);
    assert.ok(!row.payload.includes('Ravindra') && !row.payload.includes('5th Block'));
    const message = { id: row.id, topic: row.topic, key: userId, payload: JSON.parse(row.payload) };
    assert.deepEqual(readEvent(message, cipher).payload, { userId, signUp });
  });
});
