/** Why a customer does not get a message; 0 is open. The numbers are stored with suppressed deliveries. */
export const gates = {
  open: 0,
  noConsent: 1,
  optedOut: 2,
  noContact: 3,
  unreachable: 4,
  capped: 5,
  accountClosed: 6,
} as const;
export type Gate = (typeof gates)[keyof typeof gates];

/** What a customer decided about a channel, as it is stored. Never asked counts as no. */
export const consentStates = { undecided: 0, granted: 1, withdrawn: 2 } as const;
