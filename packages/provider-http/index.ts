export {
  createExchange,
  type Exchange,
  type ExchangeOptions,
  type ExchangeOutcome,
  type ExchangeRequest,
} from './exchange.ts';
export { parseJson } from './json.ts';
export { retryAfterMs } from './retry-after.ts';
export { signHmacSha256, verifyHmacSha256 } from './signature.ts';
