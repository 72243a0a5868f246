import { consentStates } from './gate.ts';

/** A customer for demos and measurements; the same for the same seed and number. */
export type SyntheticCustomer = {
  /** 32 hexadecimal digits of a UUIDv7. */
  readonly id: string;
  readonly pin: number;
  /** Days since they were last seen. */
  readonly idleDays: number;
  readonly closed: boolean;
  readonly whatsappConsent: number;
  readonly pushConsent: number;
  readonly inAppConsent: number;
  /** E.164; empty for the few without one. */
  readonly phone: string;
  readonly tokens: readonly string[];
  /** Days for which WhatsApp still rests after a failure; 0 for most. */
  readonly whatsappRestDays: number;
};

/** A PIN code and how many of the customers live there, relative to the others. */
export type Home = { readonly pin: number; readonly weight: number };

// Ids of their own time, before there was a product: real ones never lie between them.
const firstIdMs = Date.UTC(2015, 0, 1);
const mostCustomers = 1_000_000_000;

const { undecided, granted, withdrawn } = consentStates;

/** Makes customer number `n` without making those before, so that a load may go on where it stopped. */
export function createSyntheticCustomers(seed: number, homes: readonly Home[]): (n: number) => SyntheticCustomer {
  const pinOf = weighted(homes);
  const consent = (roll: number, grantedShare: number, withdrawnShare: number) => {
    if (roll < grantedShare) return granted;
    return roll < grantedShare + withdrawnShare ? withdrawn : undecided;
  };
  return (n) => {
    if (n >= mostCustomers) throw new RangeError('there are no more distinct phones');
    const roll = randomOf(seed, n);
    return {
      id: idOf(n, roll),
      pin: pinOf(roll()),
      idleDays: Math.min(400, Math.floor(-Math.log(1 - roll()) * 30)),
      closed: roll() < 0.01,
      whatsappConsent: consent(roll(), 0.64, 0.06),
      pushConsent: consent(roll(), 0.58, 0.08),
      inAppConsent: consent(roll(), 0.92, 0.02),
      phone: phoneOf(seed, n, roll()),
      tokens: Array.from({ length: devicesOf(roll()) }, (_, at) => tokenOf(n, at, roll) + endOfToken(roll())),
      whatsappRestDays: roll() < 0.03 ? 1 + Math.floor(roll() * 30) : 0,
    };
  };
}

/** The range that holds the ids of all synthetic customers, first and last. */
export const syntheticIds = [hexTime(0) + '0'.repeat(20), hexTime(mostCustomers) + 'f'.repeat(20)] as const;

function devicesOf(roll: number): number {
  if (roll < 0.27) return 0;
  if (roll < 0.85) return 1;
  return roll < 0.97 ? 2 : 3;
}

/** The ranges of numbers that the sandbox gives a fate, and the shares of customers who have it (`sandbox/README.md`). */
const fates = [
  { upTo: 0.025, prefix: '+917002' }, // no longer on WhatsApp
  { upTo: 0.04, prefix: '+917003' }, // had enough marketing from others today
  { upTo: 0.045, prefix: '+917004' }, // stopped marketing in the app, which nobody is told
];
const numbersOfFate = 1_000_000;
const withoutPhone = 0.98;

/** No two customers share a number: those without a fate have a permutation of all nine-digit numbers. */
function phoneOf(seed: number, n: number, roll: number): string {
  if (roll >= withoutPhone) return '';
  const fate = n < numbersOfFate ? fates.find(({ upTo }) => roll < upTo) : undefined;
  if (fate) return `${fate.prefix}${String(n).padStart(6, '0')}`;
  const number = (BigInt(n) * 387_420_489n + BigInt(seed) * 7_919n) % 1_000_000_000n;
  return `+916${String(number).padStart(9, '0')}`;
}

const tokenCharacters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Formed like a registration token of FCM; begins with whose it is, since two streams of numbers may meet. */
function tokenOf(n: number, device: number, roll: () => number): string {
  const characters = (length: number) => {
    let text = '';
    for (let bits = 0, left = 0; text.length < length; left -= 1, bits >>>= 6) {
      if (left === 0) [bits, left] = [Math.floor(roll() * 2 ** 30), 5];
      text += tokenCharacters[bits & 63];
    }
    return text;
  };
  const owner = [4, 3, 2, 1, 0].map((digit) => tokenCharacters[Math.floor(n / 64 ** digit) % 64]).join('');
  return `${owner}${tokenCharacters[device]}${characters(16)}:APA91b${characters(134)}`;
}

/** Some apps were uninstalled and some tokens are another project's; only the provider knows. */
function endOfToken(roll: number): string {
  if (roll < 0.03) return '-UNREGISTERED';
  return roll < 0.034 ? '-SENDER_ID_MISMATCH' : '';
}

function idOf(n: number, roll: () => number): string {
  const random = Array.from({ length: 3 }, () => hex(Math.floor(roll() * 2 ** 24), 6)).join('');
  return `${hexTime(n)}7${random.slice(0, 3)}8${random.slice(3)}`;
}

function hexTime(n: number): string {
  return hex(firstIdMs + n, 12);
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

function weighted(homes: readonly Home[]): (roll: number) => number {
  const total = homes.reduce((sum, { weight }) => sum + weight, 0);
  let below = 0;
  const steps = homes.map(({ pin, weight }) => ({ pin, upTo: (below += weight) }));
  return (roll) => {
    const home = steps.find(({ upTo }) => roll * total < upTo) ?? steps.at(-1);
    if (home === undefined) throw new RangeError('customers must live somewhere');
    return home.pin;
  };
}

/** Mulberry32: numbers from 0 to below 1 that depend on nothing but where they start. */
function randomOf(seed: number, n: number): () => number {
  let state = Math.imul(seed ^ 0x9e37_79b9, 0x85eb_ca6b) ^ Math.imul(n + 1, 0xc2b2_ae35);
  return () => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
