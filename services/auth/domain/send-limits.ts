import { DomainError } from '@doffers/errors';

/** How often codes are sent, in a fixed window each. */
export type SendLimits = {
  readonly perPhoneHour: number;
  readonly perPhoneDay: number;
  /** 0 switches it off, for stacks on which everything comes from one address. */
  readonly perAddressHour: number;
  /** Of the address's /24 or /64: carriers put many people behind one address, attackers own whole networks. */
  readonly perNetworkHour: number;
  /** Of the whole platform; it bounds the bill for messages, and 0 stops sending altogether. */
  readonly perHour: number;
};

export const phoneLimits = { perPhoneHour: 5, perPhoneDay: 10 } as const;

/** Seconds until the next code may be asked for, after the first, second, and every further one within an hour. */
export const coolDownSeconds = [30, 60, 120] as const;

/** Why a code is not sent now. */
export type SendRefusal = {
  readonly limit: 'cool-down' | 'phone' | 'address' | 'network' | 'platform';
  readonly retryAfterSeconds: number;
};

/** @returns what a person is told about it */
export function sendRefused({ limit, retryAfterSeconds }: SendRefusal): DomainError {
  switch (limit) {
    case 'cool-down': {
      const message = `wait ${retryAfterSeconds} seconds before asking for another code`;
      return new DomainError('resource_exhausted', 'OTP_TOO_SOON', message, { retryAfterSeconds });
    }
    case 'phone':
    case 'address':
    case 'network': {
      const message = `too many codes were asked for: try again in ${minutes(retryAfterSeconds)}`;
      return new DomainError('resource_exhausted', 'OTP_LIMIT', message, { retryAfterSeconds });
    }
    case 'platform':
      return otpUnavailable(undefined, retryAfterSeconds);
  }
}

/** Codes cannot be sent or checked. Nobody gets in meanwhile: that is the point. */
export function otpUnavailable(cause?: unknown, retryAfterSeconds = 5): DomainError {
  const message = 'codes cannot be sent or checked right now: try again in a moment';
  return new DomainError('unavailable', 'OTP_UNAVAILABLE', message, { cause, retryAfterSeconds });
}

function minutes(seconds: number): string {
  const count = Math.ceil(seconds / 60);
  return count === 1 ? 'a minute' : `${count} minutes`;
}

/**
 * The network of an address: /24 for IPv4, /64 for IPv6. Calls whose address is unknown share one network, so that a
 * missing value never switches the limit off.
 */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!plain.includes(':')) return plain.split('.').slice(0, 3).join('.');
  const [left = '', right] = plain.split('::');
  const head = left === '' ? [] : left.split(':');
  const tail = right === undefined || right === '' ? [] : right.split(':');
  const zeros = right === undefined ? [] : Array<string>(Math.max(0, 8 - head.length - tail.length)).fill('0');
  return [...head, ...zeros, ...tail].slice(0, 4).map(shortGroup).join(':');
}

function shortGroup(group: string): string {
  return group.toLowerCase().replace(/^0+(?=.)/, '');
}
