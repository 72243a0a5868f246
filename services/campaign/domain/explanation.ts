/** What a shopkeeper reads for a reason; the names are those of the gates, of the ledger and of the providers. */
const explanations: Readonly<Record<string, string>> = {
  NO_CONSENT: 'The customer has not agreed to messages on this channel.',
  OPTED_OUT: 'The customer does not want messages on this channel.',
  NO_CONTACT: 'There is no number or device to send to.',
  UNREACHABLE: 'Earlier messages did not arrive, so this one was not tried.',
  CAPPED: 'The customer got as many offers as we allow in these days.',
  ACCOUNT_CLOSED: 'The customer has left.',
  CANCELLED: 'The campaign was cancelled before this was sent.',
  BUDGET_STOP: 'The money set aside did not cover this one.',
  OFFER_ENDED: 'The offer ended before this was sent.',
  DISPATCH_FAILED: 'Sending stopped because of a problem on our side.',
  UNREGISTERED: 'The app is no longer on this device.',
  INVALID_ARGUMENT: 'The device could not be addressed.',
  '130472': 'WhatsApp keeps this customer free of offers for an experiment.',
  '131026': 'The number is not on WhatsApp, or its app is too old.',
  '131047': 'WhatsApp allows this message only after the customer has written.',
  '131049': 'WhatsApp held this back because the customer gets many offers.',
  '131050': 'The customer told WhatsApp to stop offers.',
  '131051': 'WhatsApp does not know this kind of message.',
  '132000': 'The values do not fit the template.',
  '132001': 'The template does not exist in this language.',
  '132005': 'The values make the text of the template too long.',
  '132007': 'WhatsApp finds that the template breaks its rules.',
  '132012': 'The values do not fit the template.',
  '132015': 'WhatsApp has paused the template.',
  '132016': 'WhatsApp has disabled the template.',
};

/** Why a channel does not go on, as a shopkeeper reads it. */
export function explainHoldUp(code: string): string {
  const refusal = /^TEMPLATE_REFUSED_(\d+)$/.exec(code)?.[1];
  if (refusal !== undefined) {
    const why = explanations[refusal] ?? `It says ${refusal}.`;
    return `WhatsApp does not take messages of this template. ${why} It is tried again every minute, and nothing is charged meanwhile; cancel the campaign to get the rest of the money back now.`;
  }
  switch (code) {
    case 'TEMPLATE_PAUSED':
      return 'WhatsApp has paused the template because customers complained. Sending goes on when WhatsApp allows it again; cancel the campaign to get the rest of the money back now.';
    case 'TEMPLATE_DISABLED':
      return 'WhatsApp has disabled the template for good. Cancel the campaign and launch it with another template.';
    default:
      return `Our connection to the provider is interrupted (${code}). Sending goes on by itself once we have put it right.`;
  }
}

export function explain(reason: string): string {
  return explanations[reason] ?? `The provider did not take this message (${reason}).`;
}
