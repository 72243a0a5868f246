/**
 * Why a delivery is not sent or failed, as a small number that is stored for ever. 1 to 99 are gates of the audience,
 * 100 to 199 why a campaign was stopped, 200 to 299 ours for what providers say; a code of WhatsApp stands for itself.
 */
const names: ReadonlyMap<number, string> = new Map([
  [1, 'NO_CONSENT'],
  [2, 'OPTED_OUT'],
  [3, 'NO_CONTACT'],
  [4, 'UNREACHABLE'],
  [5, 'CAPPED'],
  [6, 'ACCOUNT_CLOSED'],
  [100, 'CANCELLED'],
  [101, 'BUDGET_STOP'],
  [102, 'OFFER_ENDED'],
  [103, 'DISPATCH_FAILED'],
  [200, 'UNREGISTERED'],
  [201, 'SENDER_ID_MISMATCH'],
  [202, 'INVALID_ARGUMENT'],
  [203, 'PAYLOAD_TOO_BIG'],
  [204, 'RATE_EXCEEDED'],
  [205, 'PROVIDER_UNAVAILABLE'],
  [206, 'PROVIDER_AUTHENTICATION'],
  [220, 'NOT_SENT'],
  [221, 'NO_ANSWER'],
  [222, 'CLAIMER_LOST'],
  [299, 'PROVIDER_OTHER'],
]);

const providerOther = 299;
export const noContact = 3;
/** Of every member of a group whose claimer died: the message may be out, nobody knows. */
export const claimerLost = 222;

const fcm: Readonly<Record<string, number>> = {
  'registration-token-not-registered': 200,
  'installation-id-not-registered': 200,
  'mismatched-credential': 201,
  'invalid-argument': 202,
  'invalid-registration-token': 202,
  'payload-size-limit-exceeded': 203,
  'message-rate-exceeded': 204,
  'device-message-rate-exceeded': 204,
  'server-unavailable': 205,
  'internal-error': 205,
  'third-party-auth-error': 206,
  'authentication-error': 206,
  not_sent: 220,
  window_closed: 220,
  cut: 221,
  deadline: 221,
};

/** WhatsApp's codes do not fit into a small number, but their three families do. */
const families = [
  { from: 130_000, to: 140_000, at: 10_000 },
  { from: 0, to: 1_000, at: 20_000 },
  { from: 80_000, to: 80_100, at: 21_000 },
];

/** Of a message that WhatsApp did not take because its template does not fit, is paused, or does not exist. */
export const templateReasons = { from: 12_000, to: 13_000 } as const;

/** The number of what a provider said, and its own word where there is none. */
export function reasonOf(code: number | string): { readonly reason: number; readonly providerCode?: string } {
  const known = typeof code === 'string' ? fcm[code] : ofWhatsapp(code);
  return known === undefined
    ? {
        reason: providerOther,
        providerCode: String(code)
          .replaceAll(/[^\w.:-]/g, '_')
          .slice(0, 40),
      }
    : { reason: known };
}

/** What people and reports read. */
export function reasonName(reason: number, providerCode?: string): string {
  if (providerCode !== undefined) return providerCode;
  const family = families.find(({ from, to, at }) => reason >= at && reason < at + to - from);
  if (family) return String(reason - family.at + family.from);
  return reason === 0 ? '' : (names.get(reason) ?? String(reason));
}

function ofWhatsapp(code: number): number | undefined {
  const family = families.find(({ from, to }) => code >= from && code < to);
  return family && code - family.from + family.at;
}
