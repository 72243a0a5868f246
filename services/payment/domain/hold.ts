import { DomainError } from '@doffers/errors';
import { type Charge, charge, type MicroRupees, type Paise, paise, totalTax } from '@doffers/money';
import { credit, debit, type Journal, type JournalKind, journal, type Line, reversedLines } from './ledger.ts';
import { includedOf, type UnitUse } from './message-units.ts';
import { earn } from './revenue.ts';
import { type Supply, taxContextOf } from './supply.ts';
import { promoLeft, type SpendRefusal, type Wallet, type WalletChange } from './wallet.ts';

/** Something to be delivered and paid by the unit. */
export type PriceLine = {
  readonly line: string;
  /** Shown on the invoice. */
  readonly description: string;
  readonly quantity: number;
  readonly rate: MicroRupees;
};

/** An amount by the fund that pays it. */
export type Funds = { readonly cash: Paise; readonly promo: Paise };

/** What a campaign asks for; one key is one hold. */
export type HoldRequest = { readonly key: string; readonly shopId: string; readonly lines: readonly PriceLine[] };

/**
 * A line of a hold. `included` units of it are paid by what a pack or plan includes: they are captured first, at no
 * price.
 */
export type HoldLine = PriceLine & { readonly included: number; readonly captured: number };

/** Money set aside for a campaign: `captured` of it is spent, `released` went back. */
export type Hold = {
  readonly id: string;
  readonly key: string;
  readonly shopId: string;
  /** `expired` and `reversed` are closed as `settled` is: by the clock, and with what was captured given back. */
  readonly state: 'open' | 'settled' | 'expired' | 'reversed';
  readonly lines: readonly HoldLine[];
  readonly supply: Supply;
  readonly amount: Funds;
  readonly captured: Funds;
  readonly released: Funds;
  /** Counts the captures that moved money: each is a journal of its own. */
  readonly captures: number;
  readonly createdAt: Date;
  /** When the hold may be closed without anybody asking, unless its workflow still runs. */
  readonly expiresAt: Date;
};

/** A key under which no money will ever be held: the wallet refused it, or it was released before it was placed. */
export type Tombstone = {
  readonly id: string;
  readonly key: string;
  readonly shopId: string;
  readonly createdAt: Date;
} & ({ readonly state: 'refused'; readonly refusal: SpendRefusal } | { readonly state: 'void' });

/** A step of a hold: how it stands afterwards, and what moves in the ledger and in the wallet. */
export type Movement = { readonly hold: Hold; readonly journal: Journal | undefined; readonly change: WalletChange };

const nothing: Funds = { cash: paise(0), promo: paise(0) };

export function isPlaced(found: Hold | Tombstone): found is Hold {
  return found.state !== 'refused' && found.state !== 'void';
}

/** Multi-day campaigns keep their hold all the same: only one whose workflow is closed expires. */
const holdLifetimeMs = 24 * 3_600_000;

/**
 * The hold of a request: paid by the messages that are included, then from the promotional credit that `wallet` has
 * left, and from cash for the rest.
 */
export function newHold(
  request: HoldRequest,
  about: { readonly id: string; readonly supply: Supply; readonly createdAt: Date },
  wallet: Wallet,
  uses: readonly UnitUse[] = [],
): Hold {
  const { key, shopId } = request;
  const lines = request.lines.map((line) => ({ ...line, included: includedOf(uses, line.line), captured: 0 }));
  const price = charge(lines.map(beyondIncluded), taxContextOf(about.supply), promoLeft(wallet));
  return {
    ...about,
    key,
    shopId,
    state: 'open',
    lines,
    amount: fundsOf(price),
    captured: nothing,
    released: nothing,
    captures: 0,
    expiresAt: new Date(about.createdAt.getTime() + holdLifetimeMs),
  };
}

/** Why a wallet cannot pay an amount; undefined when it can. */
export function refusalOf(wallet: Wallet, { cash, promo }: Funds): SpendRefusal | undefined {
  if (wallet.status !== 'active') return 'WALLET_FROZEN';
  const isCovered = cash <= wallet.postedCash - wallet.heldCash && promo <= promoLeft(wallet);
  return isCovered ? undefined : 'INSUFFICIENT_FUNDS';
}

/** Sets the amount of a new hold aside. */
export function placing(hold: Hold): Movement {
  const { shopId, amount } = hold;
  const lines = [
    debit({ code: 'WALLET_CASH', shopId }, amount.cash),
    credit({ code: 'WALLET_HELD_CASH', shopId }, amount.cash),
    debit({ code: 'WALLET_PROMO', shopId }, amount.promo),
    credit({ code: 'WALLET_HELD_PROMO', shopId }, amount.promo),
  ];
  const change = { heldCash: amount.cash, heldPromo: amount.promo };
  return { hold, journal: journalOf(hold, { step: 'place', kind: 'hold' }, lines), change };
}

/** What the captured quantities of a hold cost: the last of these is its invoice. */
export function capturedCharge({ lines, supply, amount }: Hold): Charge {
  const quantities = lines.map((line) => beyondIncluded({ ...line, quantity: line.captured }));
  return charge(quantities, taxContextOf(supply), amount.promo);
}

/** Included units come first, so what is to be paid never falls when the quantity grows. */
export function beyondIncluded<L extends { readonly quantity: number; readonly included: number }>(line: L): L {
  return { ...line, quantity: Math.max(0, line.quantity - line.included) };
}

/** Included units of each line that were not captured. */
export function unusedUnits({ lines }: Hold): ReadonlyMap<string, number> {
  return new Map(lines.map(({ line, included, captured }) => [line, Math.max(0, included - captured)]));
}

/**
 * Captures up to cumulative quantities. What is smaller than before changes nothing, so repetitions and reordering are
 * harmless. The tax was booked as owed when the money was paid in: the capture takes it back from the advance, and
 * promotional credit lowers the price instead of being earned.
 *
 * @returns undefined when nothing is new
 * @throws DomainError `LINE_UNKNOWN`, `EXCEEDS_HOLD`, `HOLD_CLOSED`, `HOLD_EXPIRED`
 */
export function capturing(hold: Hold, quantities: ReadonlyMap<string, number>): Movement | undefined {
  for (const name of quantities.keys()) {
    if (!hold.lines.some(({ line }) => line === name)) throw lineUnknown(name);
  }
  const lines = hold.lines.map((line) => ({
    ...line,
    captured: Math.max(line.captured, quantities.get(line.line) ?? 0),
  }));
  if (lines.every(({ captured }, at) => captured === hold.lines[at]?.captured)) return undefined;
  if (hold.state === 'expired') throw holdExpired();
  if (hold.state !== 'open') throw holdClosed();
  const above = lines.find(({ captured, quantity }) => captured > quantity);
  if (above !== undefined) throw exceedsHold(above);

  const { shopId } = hold;
  const before = capturedCharge(hold);
  const after = capturedCharge({ ...hold, lines });
  const cash = paise(after.total - before.total);
  const promo = paise(after.discount - before.discount);
  const movement = journalOf(hold, { step: `capture/${hold.captures + 1}`, kind: 'capture' }, [
    debit({ code: 'WALLET_HELD_CASH', shopId }, cash),
    debit({ code: 'WALLET_HELD_PROMO', shopId }, promo),
    ...after.lines.map(({ line, taxable }, at) =>
      earn(paise(taxable - (before.lines[at]?.taxable ?? 0)), {
        sold: 'campaign',
        channel: line,
        state: hold.supply.placeOfSupply,
      }),
    ),
    credit({ code: 'ADVANCE_TAX' }, paise(totalTax(after.taxes) - totalTax(before.taxes))),
    credit({ code: 'PROMO_EXPENSE' }, promo),
  ]);
  const captures = movement === undefined ? hold.captures : hold.captures + 1;
  return {
    hold: { ...hold, lines, captures, captured: fundsOf(after) },
    journal: movement,
    change: minus({ postedCash: cash, heldCash: cash, postedPromo: promo, heldPromo: promo }),
  };
}

/** Closes a hold, by whoever asks or by the clock: what was not captured goes back. */
export function releasing(hold: Hold, state: 'settled' | 'expired' = 'settled'): Movement {
  const { shopId, amount, captured } = hold;
  const cash = paise(amount.cash - captured.cash);
  const promo = paise(amount.promo - captured.promo);
  const lines = [
    debit({ code: 'WALLET_HELD_CASH', shopId }, cash),
    credit({ code: 'WALLET_CASH', shopId }, cash),
    debit({ code: 'WALLET_HELD_PROMO', shopId }, promo),
    credit({ code: 'WALLET_PROMO', shopId }, promo),
  ];
  return {
    hold: { ...hold, state, released: { cash, promo } },
    journal: journalOf(hold, { step: 'release', kind: 'release' }, lines),
    change: minus({ heldCash: cash, heldPromo: promo }),
  };
}

/**
 * Takes every capture of a closed hold back: one journal for each, so that none can be taken back twice. `captures` are
 * the journals as they were written.
 */
export function reversing(hold: Hold, captures: readonly Journal[]) {
  const journals = captures.map((captured) =>
    journal(
      { key: `${captured.key}/reverse`, kind: 'reversal', reference: hold.key, reverses: captured.key },
      reversedLines(captured),
    ),
  );
  const change: WalletChange = { postedCash: hold.captured.cash, postedPromo: hold.captured.promo };
  return { hold: { ...hold, state: 'reversed' as const }, journals, change };
}

/** Nothing moves when nothing was priced, and a journal of nothing does not exist. */
function journalOf(hold: Hold, about: { step: string; kind: JournalKind }, lines: readonly Line[]) {
  if (lines.every(({ debit, credit }) => debit === 0 && credit === 0)) return undefined;
  return journal({ key: `hold/${hold.id}/${about.step}`, kind: about.kind, reference: hold.key }, lines);
}

const fundsOf = ({ total, discount }: Charge): Funds => ({ cash: total, promo: discount });

function minus(change: Required<Pick<WalletChange, 'heldCash' | 'heldPromo'>> & WalletChange): WalletChange {
  return Object.fromEntries(Object.entries(change).map(([part, by]) => [part, paise(0 - by)]));
}

export function voided(): DomainError {
  return new DomainError('failed_precondition', 'VOIDED', 'this was called off before it took place');
}

export function holdNotFound(): DomainError {
  return new DomainError('not_found', 'HOLD_NOT_FOUND', 'there is no such hold');
}

export function keyReused(): DomainError {
  const message = 'this key was used before for something else; use a new one';
  return new DomainError('already_exists', 'IDEMPOTENCY_KEY_REUSED', message);
}

function holdClosed(): DomainError {
  return new DomainError('failed_precondition', 'HOLD_CLOSED', 'this hold is closed and takes no more captures');
}

function holdExpired(): DomainError {
  const message = 'this hold has expired and what was left of it went back to the wallet';
  return new DomainError('failed_precondition', 'HOLD_EXPIRED', message);
}

function exceedsHold({ line, captured, quantity }: { line: string; captured: number; quantity: number }): DomainError {
  const message = `more of ${line} was captured than is held`;
  const info = { line, captured: String(captured), held: String(quantity) };
  return new DomainError('failed_precondition', 'EXCEEDS_HOLD', message, { info });
}

function lineUnknown(line: string): DomainError {
  return new DomainError('invalid_argument', 'LINE_UNKNOWN', `the hold has no line ${line}`);
}
