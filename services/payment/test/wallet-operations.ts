import assert from 'node:assert/strict';
import { type Database, newId } from '@doffers/database';
import { DomainError } from '@doffers/errors';
import { microRupees, paise } from '@doffers/money';
import fc from 'fast-check';
import { type Hold, isPlaced, type PriceLine } from '../domain/hold.ts';
import { createBooks } from '../repositories/books.ts';
import { captureTo } from '../usecases/capture-to.ts';
import { creditInvoice } from '../usecases/credit-invoice.ts';
import { expireCredit } from '../usecases/expire-credit.ts';
import { expireHolds } from '../usecases/expire-holds.ts';
import { finaliseHoldInvoice } from '../usecases/finalise-hold-invoice.ts';
import { grantPromo } from '../usecases/grant-promo.ts';
import { createHoldPlacing } from '../usecases/hold-placing.ts';
import { releaseHold } from '../usecases/release-hold.ts';
import { reverseHold } from '../usecases/reverse-hold.ts';
import { setWalletStatus } from '../usecases/set-wallet-status.ts';
import { aFundedShop, holdDeps, payIn } from './hold-books.ts';
import { auditOf, cleanAudit, paymentDatabase } from './payment-database.ts';

const hourMs = 3_600_000;
const start = new Date('2026-11-24T06:00:00Z');
const holdsOfARun = 6;
const seedsOfADatabase = 12;
const paidInPaise = 200_00;
const rates = { whatsapp: 863_100, push: 52_300 } as const;

const hold = fc.nat(holdsOfARun - 1);
/** Few ids, so that many come back: with the same content, or with another one. */
const request = fc.nat(3);

/** Keeps the words of `deed` as they are. */
const record = <const T extends Record<string, fc.Arbitrary<unknown>>>(fields: T) =>
  fc.record(fields) as fc.Arbitrary<{ readonly [K in keyof T]: T[K] extends fc.Arbitrary<infer V> ? V : never }>;

/** What may happen to a wallet. Which hold it happens to is a number among those of the run. */
const arbitraries = {
  payIn: record({ deed: fc.constant('pay in'), amount: fc.integer({ min: 1, max: 300_00 }) }),
  grant: record({
    deed: fc.constant('grant'),
    amount: fc.integer({ min: 1, max: 100_00 }),
    days: fc.integer({ min: 0, max: 12 }),
    request,
  }),
  place: record({ deed: fc.constant('place'), hold, whatsapp: fc.integer({ min: 1, max: 200 }), push: fc.nat(80) }),
  capture: record({ deed: fc.constant('capture'), hold, whatsapp: fc.nat(220), push: fc.nat(90) }),
  close: record({ deed: fc.constantFrom('release', 'reverse', 'invoice'), hold }),
  credit: record({
    deed: fc.constant('credit'),
    hold,
    line: fc.integer({ min: 1, max: 3 }),
    quantity: fc.integer({ min: 1, max: 60 }),
    request,
  }),
  command: record({ deed: fc.constantFrom('freeze', 'unfreeze', 'unfreeze', 'expire credit', 'expire holds') }),
  wait: record({ deed: fc.constant('wait'), hours: fc.integer({ min: 1, max: 200 }) }),
};
const operation = fc.oneof(...Object.values(arbitraries));

/** The life of one hold as it usually is: chance alone would hardly ever bring it as far as a credit note. */
const life = fc
  .tuple(hold, arbitraries.place, arbitraries.capture, arbitraries.capture, arbitraries.credit)
  .map(([of, place, capture, again, credit]) => [
    { ...place, hold: of },
    {
      ...capture,
      hold: of,
      whatsapp: Math.min(capture.whatsapp, place.whatsapp),
      push: Math.min(capture.push, place.push),
    },
    { ...again, hold: of },
    { deed: 'release' as const, hold: of },
    { deed: 'invoice' as const, hold: of },
    { ...credit, hold: of },
  ]);

/** One that is placed and taken back. */
const returned = fc.tuple(hold, arbitraries.place, arbitraries.capture).map(([of, place, capture]) => [
  { ...place, hold: of },
  { ...capture, hold: of },
  { deed: 'reverse' as const, hold: of },
]);

/** Twice each, since the second is refused. */
const freezing = fc.constant((['freeze', 'freeze', 'unfreeze', 'unfreeze'] as const).map((deed) => ({ deed })));

const operations = (length: number) =>
  fc
    .array(
      fc.oneof(
        { weight: 12, arbitrary: operation.map((one) => [one]) },
        { weight: 2, arbitrary: life },
        { weight: 1, arbitrary: returned },
        { weight: 1, arbitrary: freezing },
      ),
      { minLength: length, maxLength: length },
    )
    .map((parts) => parts.flat().slice(0, length));

type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

/**
 * Random sequences, each reproducible by its seed. Every kind of operation takes place in some of them and is refused in
 * others, if it can be refused at all: else the sequences show nothing.
 */
export async function assertExactThroughout(size: {
  readonly seeds: number;
  readonly operationsEach: number;
}): Promise<void> {
  const seen = new Set<string>();
  // One for all sequences: numbers of documents are shared, and are refused to a clock that goes back.
  const clock: Clock = { nowMs: start.getTime() };
  let database: Awaited<ReturnType<typeof paymentDatabase>> | undefined;
  try {
    for (let seed = 1; seed <= size.seeds; seed += 1) {
      // The audit reads all there is: it gets slower with every sequence.
      if (seed % seedsOfADatabase === 1) {
        await database?.close();
        database = await paymentDatabase('operations');
      }
      const { db } = database ?? assert.fail();
      const property = fc.asyncProperty(operations(size.operationsEach), async (steps) => {
        for (const { deed, isRefused } of await runOperations(db, steps, clock))
          seen.add(`${deed}${isRefused ? ' refused' : ''}`);
      });
      await fc.assert(property, { seed, numRuns: 1, endOnFailure: true });
    }
  } finally {
    await database?.close();
  }
  const refusable = ['grant', 'place', 'capture', 'reverse', 'invoice', 'credit', 'freeze', 'unfreeze'];
  const always = ['pay in', 'release', 'expire credit', 'expire holds', 'wait'];
  for (const deed of [...always, ...refusable, ...refusable.map((name) => `${name} refused`)]) {
    assert.ok(seen.has(deed), `no sequence had: ${deed}`);
  }
}

type Clock = { nowMs: number };

/** What became of a step. */
type Ended = { readonly deed: Operation['deed']; readonly isRefused: boolean };

/**
 * Lets everything of `steps` happen to a new shop, and looks at the whole database after each: the books are exact, and
 * what was refused has changed nothing, to the byte. Answers what took place and what was refused.
 */
async function runOperations(db: Database, steps: readonly Operation[], clock: Clock): Promise<readonly Ended[]> {
  const shopId = await aFundedShop(db, paidInPaise);
  const admin = { userId: newId(), admin: true };
  const keys = Array.from({ length: holdsOfARun }, () => `campaign/${newId()}/hold/1`);
  const requestIds = Array.from({ length: 4 }, newId);
  let paid = paidInPaise;
  const startMs = clock.nowMs;
  const deps = { ...holdDeps(db), now: () => new Date(clock.nowMs) };
  const placeHold = createHoldPlacing(deps);
  const keyOf = (index: number) => keys[index] ?? assert.fail();
  const requestOf = (index: number) => requestIds[index] ?? assert.fail();
  const invoiceOf = (index: number) => createBooks(db.manager).invoices.findBySource(keyOf(index));

  async function perform(step: Operation): Promise<unknown> {
    switch (step.deed) {
      case 'pay in':
        paid += step.amount;
        return payIn(db, shopId, { cash: step.amount });
      case 'grant': {
        const expiresAt = new Date(startMs + step.days * 24 * hourMs);
        const grant = { shopId, requestId: requestOf(step.request), amount: paise(step.amount), expiresAt };
        return grantPromo(deps, admin, { ...grant, reason: 'a welcome' });
      }
      case 'place':
        return placeHold({ key: keyOf(step.hold), shopId, lines: linesOf(step) });
      case 'capture': {
        const quantities = new Map(Object.entries({ whatsapp: step.whatsapp, push: step.push }));
        return captureTo(deps, { key: keyOf(step.hold), quantities });
      }
      case 'release':
        return releaseHold(deps, { key: keyOf(step.hold), shopId });
      case 'reverse':
        return reverseHold(deps, keyOf(step.hold));
      case 'invoice':
        return finaliseHoldInvoice(deps, keyOf(step.hold));
      case 'credit': {
        const invoiceId = (await invoiceOf(step.hold))?.id ?? newId();
        const credit = [{ line: step.line, quantity: step.quantity }];
        return creditInvoice(deps, { invoiceId, requestId: requestOf(step.request), reason: 'not delivered', credit });
      }
      case 'freeze':
      case 'unfreeze':
        return setWalletStatus(deps, admin, { shopId, requestId: newId(), deed: step.deed, reason: 'a look at it' });
      case 'expire credit':
        return expireCredit(deps, { limit: 100 });
      case 'expire holds':
        return expireHolds(deps, { limit: 100 });
      case 'wait':
        clock.nowMs += step.hours * hourMs;
        return undefined;
    }
  }

  const ended: Ended[] = [];
  let before = await fingerprint(db);
  for (const step of steps) {
    const isRefused = await perform(step).then(
      () => false,
      (error: unknown) => error instanceof DomainError || Promise.reject(error),
    );
    const after = await fingerprint(db);
    if (isRefused) assert.deepEqual(after, before, `${step.deed} was refused`);
    ended.push({ deed: step.deed, isRefused });
    before = after;
    assert.deepEqual(await auditOf(db), cleanAudit, `after ${step.deed}`);
    await assertWallet();
  }
  await assertDocuments();
  return ended;

  /** What the shop has is what it paid, less what its holds have cost, and nothing of it is spent twice. */
  async function assertWallet(): Promise<void> {
    const books = createBooks(db.manager);
    const wallet = await books.wallets.find(shopId, deps.now());
    assert.ok(wallet);
    const holds = await placedHolds();
    const notes = await notesOf(holds);
    const spent = sum(holds.filter(({ state }) => state !== 'reversed').map(({ captured }) => captured.cash));
    const held = sum(
      holds.filter(({ state }) => state === 'open').map(({ amount, captured }) => amount.cash - captured.cash),
    );
    assert.equal(wallet.postedCash, paid - spent + sum(notes.map(({ total }) => total)));
    assert.equal(wallet.heldCash, held);
    assert.ok(wallet.heldCash >= 0 && wallet.heldCash <= wallet.postedCash, 'cash is overdrawn');
    assert.ok(wallet.heldPromo >= 0 && wallet.heldPromo <= wallet.postedPromo, 'credit is overdrawn');
    for (const { state, amount, captured, released } of holds) {
      if (state === 'open') continue;
      assert.equal(captured.cash + released.cash, amount.cash);
      assert.equal(captured.promo + released.promo, amount.promo);
    }
  }

  /** Each invoice is what its hold captured, and its notes never exceed it. */
  async function assertDocuments(): Promise<void> {
    const { invoices } = createBooks(db.manager);
    for (const placed of await placedHolds()) {
      const invoice = await invoices.findBySource(placed.key);
      if (invoice === undefined) continue;
      assert.equal(invoice.total, placed.captured.cash);
      const credited = sum((await invoices.listByOriginal(invoice.id)).map(({ total }) => total));
      assert.ok(credited <= invoice.total, 'more was credited than invoiced');
    }
  }

  async function placedHolds(): Promise<readonly Hold[]> {
    const { holds } = createBooks(db.manager);
    const found = await Promise.all(keys.map((key) => holds.find(key)));
    return found.filter((one): one is Hold => one !== undefined && isPlaced(one));
  }

  async function notesOf(holds: readonly Hold[]) {
    const { invoices } = createBooks(db.manager);
    const notes = holds.map(async ({ key }) => {
      const invoice = await invoices.findBySource(key);
      return invoice === undefined ? [] : invoices.listByOriginal(invoice.id);
    });
    return (await Promise.all(notes)).flat();
  }
}

function linesOf({ whatsapp, push }: { readonly whatsapp: number; readonly push: number }): readonly PriceLine[] {
  const line = (name: keyof typeof rates, quantity: number): PriceLine => ({
    line: name,
    description: name,
    quantity,
    rate: microRupees(rates[name]),
  });
  return [line('whatsapp', whatsapp), line('push', push)];
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);

/**
 * Checksums of every table. Of two the refusals are left out, since remembering them is what they are for: a hold that
 * was refused stays refused under its key, and a capture that comes too late is a break to look at.
 */
async function fingerprint(db: Database): Promise<unknown> {
  const tables: Record<string, string>[] = await db.query('SHOW TABLES');
  const names = tables
    .map((row) => Object.values(row)[0] ?? '')
    .filter((name) => !['hold', 'recon_break'].includes(name));
  const checksums: { Checksum: string }[] = await db.query(
    `CHECKSUM TABLE ${names.map((name) => `\`${name}\``).join(', ')}`,
  );
  const holds = await db.query("SELECT * FROM hold WHERE state <> 'refused' ORDER BY id");
  return { checksums: checksums.map(({ Checksum }, at) => `${names[at]} ${Checksum}`), holds };
}
