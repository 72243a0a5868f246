import { z } from 'zod';
import { providerNames } from '../faults/fault-script.ts';

const milliseconds = z.number().int().min(0).max(600_000);

export const settingsSchema = z.strictObject({
  /** How long each provider takes to answer. */
  latencyMs: z.record(z.enum(providerNames), milliseconds),
  whatsapp: z.strictObject({
    /** Messages a second of a phone number, 0 = unlimited; `default` holds for numbers that are not listed. */
    ratePerSecond: z.record(z.string(), z.number().int().min(0).max(1_000_000)),
    /** When each receipt follows the acceptance. */
    receipts: z.strictObject({
      sentMs: milliseconds,
      deliveredMs: milliseconds,
      readMs: milliseconds,
      /** Share of people who read their message; always the same people. */
      readShare: z.number().min(0).max(1),
    }),
    /** How long a new template is reviewed. */
    templateReviewMs: milliseconds,
  }),
  fcm: z.strictObject({
    /** Messages a minute of the project, 0 = unlimited. */
    ratePerMinute: z.number().int().min(0),
  }),
  sms: z.strictObject({ receiptMs: milliseconds }),
  razorpay: z.strictObject({
    webhookMs: milliseconds,
    /** How long a refund is pending; 0: it is processed when it is asked for. */
    refundMs: milliseconds,
  }),
});

export type Settings = z.infer<typeof settingsSchema>;

export const defaultSettings: Settings = {
  latencyMs: { whatsapp: 0, fcm: 0, sms: 0, razorpay: 0, irp: 0, openai: 0 },
  whatsapp: {
    ratePerSecond: { default: 1000 },
    receipts: { sentMs: 20, deliveredMs: 150, readMs: 1_500, readShare: 0.4 },
    templateReviewMs: 300,
  },
  fcm: { ratePerMinute: 600_000 },
  sms: { receiptMs: 200 },
  razorpay: { webhookMs: 50, refundMs: 0 },
};

export type SettingsStore = {
  get(): Settings;
  /** Changes what is named and keeps the rest. @throws z.ZodError when the result would not be valid. */
  patch(change: unknown): Settings;
  reset(): Settings;
};

export function createSettings(initial: Settings = defaultSettings): SettingsStore {
  let current = initial;
  return {
    get: () => current,
    patch(change) {
      current = settingsSchema.parse(merge(current, change));
      return current;
    },
    reset() {
      current = initial;
      return current;
    },
  };
}

function merge(base: unknown, change: unknown): unknown {
  if (!isObject(base) || !isObject(change)) return change;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(change)) merged[key] = merge(merged[key], value);
  return merged;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
