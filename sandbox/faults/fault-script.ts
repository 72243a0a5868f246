import { z } from 'zod';

export const providerNames = ['whatsapp', 'fcm', 'sms', 'razorpay', 'irp', 'openai'] as const;
export type ProviderName = (typeof providerNames)[number];

const milliseconds = z.number().int().min(0).max(600_000);
const status = z.number().int().min(400).max(599);

/** What can be done to a request and its answer. Everything up to `hang` happens before the provider accepts. */
const requestAction = z.discriminatedUnion('type', [
  /** The answer comes later than usual. */
  z.strictObject({ type: z.literal('latency'), ms: milliseconds }),
  /** The provider's own error, in its own shape: a WhatsApp number, an FCM name, a Razorpay or OpenAI code. */
  z.strictObject({
    type: z.literal('error'),
    code: z.union([z.string(), z.number()]),
    retryAfterSeconds: z.number().optional(),
  }),
  /** A bare status, as a load balancer in front of the provider answers. */
  z.strictObject({
    type: z.literal('status'),
    status,
    retryAfterSeconds: z.number().optional(),
    body: z.enum(['empty', 'html']).default('empty'),
  }),
  z.strictObject({ type: z.literal('cut') }),
  z.strictObject({ type: z.literal('hang') }),
  /** From here on the provider accepts, and only the answer suffers. */
  z.strictObject({ type: z.literal('cut-after-accept') }),
  z.strictObject({ type: z.literal('hang-after-accept') }),
  z.strictObject({ type: z.literal('status-after-accept'), status, body: z.enum(['empty', 'html']).default('empty') }),
  /** The head at once, the body byte by byte over this time. */
  z.strictObject({ type: z.literal('slow-body'), ms: milliseconds }),
  /** A success that names another message than the one accepted. */
  z.strictObject({ type: z.literal('wrong-id') }),
  /** A success whose JSON ends in the middle. */
  z.strictObject({ type: z.literal('truncated-body') }),
  /** OpenAI only: what the model says instead of its own answer. */
  z.strictObject({ type: z.literal('refusal'), text: z.string().default("I can't help with that.") }),
  z.strictObject({ type: z.literal('answer'), text: z.string() }),
  z.strictObject({ type: z.literal('tool-call'), name: z.string(), arguments: z.record(z.string(), z.unknown()) }),
]);

const statuses = z.array(z.enum(['sent', 'delivered', 'read', 'failed'])).optional();

/** What can be done to the webhooks that follow. Without `statuses`, to all of them. */
const webhookAction = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('webhook-lost'), statuses }),
  z.strictObject({ type: z.literal('webhook-late'), ms: milliseconds, statuses }),
  z.strictObject({
    type: z.literal('webhook-duplicate'),
    copies: z.number().int().min(1).max(100).default(1),
    statuses,
  }),
  /** The last event comes first. */
  z.strictObject({ type: z.literal('webhook-reorder') }),
  z.strictObject({ type: z.literal('webhook-forged'), statuses }),
  /** WhatsApp and SMS: accepted, then reported as failed. */
  z.strictObject({ type: z.literal('delivery-failed'), code: z.union([z.string(), z.number()]).default(131026) }),
  /** Razorpay: a refund that is accepted, and that the bank turns down afterwards. */
  z.strictObject({ type: z.literal('refund-failed') }),
  /** Razorpay: a payment by a mandate that the bank declines. */
  z.strictObject({ type: z.literal('payment-declined') }),
]);

export const faultSchema = z.strictObject({
  match: z.strictObject({
    provider: z.enum(providerNames),
    /** Part of the path. */
    path: z.string().optional(),
    phoneSuffix: z.string().optional(),
    tokenSuffix: z.string().optional(),
    campaign: z.string().optional(),
    /** Only the nth request that fits, counted from 1. */
    nth: z.number().int().min(1).optional(),
    /** Every so many requests that fit. */
    every: z.number().int().min(1).optional(),
  }),
  action: z.union([requestAction, webhookAction]),
  /** How often it acts; without it, until it is deleted. */
  times: z.number().int().min(1).optional(),
});

export const faultScriptSchema = z.array(faultSchema).min(1).max(1000);

export type Fault = z.infer<typeof faultSchema>;
export type RequestAction = z.infer<typeof requestAction>;
export type WebhookAction = z.infer<typeof webhookAction>;

/** What a request is recognised by. */
export type FaultSubject = {
  readonly provider: ProviderName;
  readonly path: string;
  readonly phone?: string;
  readonly token?: string;
  readonly campaign?: string | undefined;
};

/** What the script has in store for one request. */
export type FaultPlan = { readonly request?: RequestAction; readonly webhooks: readonly WebhookAction[] };

const noFault: FaultPlan = { webhooks: [] };

export type FaultScript = {
  add(faults: readonly Fault[]): void;
  list(): readonly (Fault & { readonly matched: number; readonly acted: number })[];
  clear(): void;
  draw(subject: FaultSubject): FaultPlan;
};

type Rule = { readonly fault: Fault; matched: number; acted: number };

/** The first fitting rule decides the request; every fitting rule has its say about the webhooks. */
export function createFaultScript(): FaultScript {
  let rules: Rule[] = [];
  return {
    add(faults) {
      rules = [...rules, ...faults.map((fault) => ({ fault, matched: 0, acted: 0 }))];
    },
    list: () => rules.map(({ fault, matched, acted }) => ({ ...fault, matched, acted })),
    clear() {
      rules = [];
    },
    draw(subject) {
      if (rules.length === 0) return noFault;
      let request: RequestAction | undefined;
      const webhooks: WebhookAction[] = [];
      for (const rule of rules) {
        const { action } = rule.fault;
        if (!isWebhookAction(action) && request) continue;
        if (!strikes(rule, subject)) continue;
        if (isWebhookAction(action)) webhooks.push(action);
        else request = action;
      }
      return { ...(request && { request }), webhooks };
    },
  };
}

function isWebhookAction(action: RequestAction | WebhookAction): action is WebhookAction {
  const outcomes: readonly string[] = ['delivery-failed', 'refund-failed', 'payment-declined'];
  return action.type.startsWith('webhook-') || outcomes.includes(action.type);
}

function strikes(rule: Rule, subject: FaultSubject): boolean {
  const { match, times } = rule.fault;
  if (!fits(match, subject)) return false;
  rule.matched++;
  if (match.nth !== undefined && rule.matched !== match.nth) return false;
  if (match.every !== undefined && rule.matched % match.every !== 0) return false;
  if (times !== undefined && rule.acted >= times) return false;
  rule.acted++;
  return true;
}

function fits(match: Fault['match'], subject: FaultSubject): boolean {
  return (
    match.provider === subject.provider &&
    (match.path === undefined || subject.path.includes(match.path)) &&
    (match.phoneSuffix === undefined || (subject.phone?.endsWith(match.phoneSuffix) ?? false)) &&
    (match.tokenSuffix === undefined || (subject.token?.endsWith(match.tokenSuffix) ?? false)) &&
    (match.campaign === undefined || subject.campaign === match.campaign)
  );
}
