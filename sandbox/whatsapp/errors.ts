import { randomBytes } from 'node:crypto';
import type { Reply } from '../http/reply.ts';

type ErrorRow = { readonly status: number; readonly title: string; readonly details: string };

/** The Cloud API's error table, as far as a sender of messages can meet it. Programs match on the code only. */
const table: Readonly<Record<number, ErrorRow>> = {
  0: row(401, 'AuthException', 'We were unable to authenticate the app user.'),
  1: row(400, 'An unknown error occurred', 'Invalid request or possible server error.'),
  2: row(503, 'Service temporarily unavailable', 'Temporary due to downtime or due to being overloaded.'),
  3: row(500, 'Application does not have the capability to make this API call.', 'Capability or permissions issue.'),
  4: row(400, 'Application request limit reached', 'The app has reached its API call rate limit.'),
  10: row(403, 'Application does not have permission for this action', 'Permission is not granted or was removed.'),
  33: row(400, 'Parameter value is not valid', 'The business phone number has been deleted.'),
  100: row(400, 'Invalid parameter', 'The request included one or more unsupported or misspelled parameters.'),
  190: row(401, 'Error validating access token', 'Your access token has expired.'),
  368: row(403, 'Temporarily blocked for policies violations', 'The account was restricted for violating a policy.'),
  80007: row(400, 'Rate limit issues', 'The WhatsApp Business Account has reached its rate limit.'),
  130429: row(429, 'Rate limit hit', 'Cloud API message throughput has been reached.'),
  130472: row(400, "User's number is part of an experiment", 'Message was not sent as part of an experiment.'),
  130497: row(403, 'Business account is restricted from messaging users in this country.', 'Country not allowed.'),
  131000: row(500, 'Something went wrong', 'Message failed to send due to an unknown error.'),
  131005: row(403, 'Access denied', 'Permission is either not granted or has been removed.'),
  131008: row(400, 'Required parameter is missing', 'The request is missing a required parameter.'),
  131009: row(400, 'Parameter value is not valid', 'One or more parameter values are invalid.'),
  131016: row(503, 'Service unavailable', 'A service is temporarily unavailable.'),
  131021: row(400, 'Recipient cannot be sender', 'Sender and recipient phone number is the same.'),
  131026: row(400, 'Message undeliverable', 'Unable to deliver message. The recipient is not on WhatsApp.'),
  131030: row(400, 'Recipient phone number not in allowed list', 'Add the number to the recipient list.'),
  131031: row(403, 'Business Account locked', 'The account has been restricted or disabled.'),
  131042: row(400, 'Business eligibility payment issue', 'There was an error related to your payment method.'),
  131047: row(400, 'Re-engagement message', 'More than 24 hours have passed since the customer last replied.'),
  131048: row(429, 'Spam rate limit hit', 'Too many previous messages were blocked or flagged as spam.'),
  131049: row(
    400,
    'This message was not delivered to maintain healthy ecosystem engagement.',
    'In order to maintain a healthy ecosystem engagement, the message failed to be delivered.',
  ),
  131050: row(400, 'Unable to deliver the message. This user has stopped marketing messages.', 'User opted out.'),
  131051: row(400, 'Unsupported message type', 'Message type is currently not supported.'),
  131053: row(400, 'Media upload error', 'We were unable to fetch the media.'),
  131056: row(429, '(Business Account, Consumer Account) pair rate limit hit', 'Too many messages to the same number.'),
  131057: row(500, 'Account in maintenance mode', 'The business account is in maintenance mode.'),
  131064: row(403, 'Account is restricted by its business classification', 'The business is not eligible to message.'),
  132000: row(
    400,
    'Number of parameters does not match the expected number of params',
    'The number of variable values does not match the template.',
  ),
  132001: row(404, 'Template name does not exist in the translation', 'Template does not exist in this language.'),
  132005: row(400, 'Translated text too long', 'Translated text is too long.'),
  132007: row(400, 'Template format character policy violated', 'Template content violates a WhatsApp policy.'),
  132012: row(
    400,
    'Parameter format does not match format in the created template',
    'Variable values formatted incorrectly.',
  ),
  132015: row(400, 'Template is paused', 'Template is paused due to low quality so it cannot be sent.'),
  132016: row(400, 'Template is disabled', 'Template has been paused too many times and is now disabled.'),
};

function row(status: number, title: string, details: string): ErrorRow {
  return { status, title, details };
}

const unknownRow = row(400, 'Unknown error', 'No description for this code.');

export function whatsAppError(code: number, details?: string, retryAfterSeconds?: number): Reply {
  const { status, title, details: usual } = table[code] ?? unknownRow;
  return {
    status,
    body: {
      error: {
        message: `(#${code}) ${title}`,
        type: 'OAuthException',
        code,
        error_data: { messaging_product: 'whatsapp', details: details ?? usual },
        fbtrace_id: `A${randomBytes(12).toString('base64url')}`,
      },
    },
    ...(retryAfterSeconds !== undefined && { headers: { 'retry-after': String(retryAfterSeconds) } }),
  };
}

/** The same error as a failed status carries it. */
export function statusError(code: number): object {
  const { title, details } = table[code] ?? unknownRow;
  return {
    code,
    title,
    message: title,
    error_data: { details },
    href: 'https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes/',
  };
}

/** Whole ranges of numbers with one fate, so that a crowd can have it: what happens to marketing in India every day. */
const fateOfRange: Readonly<Record<string, { readonly refuse?: number; readonly fail?: number }>> = {
  2: { fail: 131_026 },
  3: { fail: 131_049 },
  4: { refuse: 131_050 },
};

/**
 * Numbers with a fate: +91 7000 and a six-digit code is refused with it at once (+91 7000 131026), +91 7001 and a code
 * is accepted and then reported as failed with it; +91 7002 to 7004 are ranges of many numbers with one fate.
 */
export function scriptedFate(phone: string): { readonly refuse?: number; readonly fail?: number } {
  const match = /^91700([0-4])(\d{6})$/.exec(phone);
  if (!match) return {};
  const [, kind = '', digits] = match;
  const ofRange = fateOfRange[kind];
  if (ofRange) return ofRange;
  const code = Number(digits);
  if (!(code in table)) return {};
  return kind === '0' ? { refuse: code } : { fail: code };
}
