import { microRupees } from '@doffers/money';
import { databaseConfig, serviceConfig, temporalConfig } from '@doffers/process';
import { z } from 'zod';

const rate = z.coerce.number().int().min(0).transform(microRupees);
const positive = z.coerce.number().int().min(1);

/** The environment of the campaign service. */
export const config = serviceConfig('campaign', {
  ...databaseConfig,
  ...temporalConfig,
  /** What one billable message costs a shop before tax, in millionths of a rupee. */
  WHATSAPP_PRICE_MICROS: rate.default(microRupees(990_000)),
  PUSH_PRICE_MICROS: rate.default(microRupees(50_000)),
  IN_APP_PRICE_MICROS: rate.default(microRupees(20_000)),
  /** How long a quote locks price and audience. */
  QUOTE_TTL_SECONDS: positive.default(900),
  /** How long receipts are waited for once everything is sent. */
  SETTLE_WINDOW_SECONDS: positive.default(86_400),
  /** The sender's rate: says how long a campaign takes. */
  WHATSAPP_RATE_PER_SECOND: positive.default(80),
});
