import type { CampaignCopy, Language, Tone } from './campaign-copy.ts';

/** What a shopkeeper asks for; the request id makes it once. */
export type TextOrder = {
  readonly shopId: string;
  readonly requestId: string;
  readonly offerId: string;
  readonly tone: Tone;
  readonly language: Language;
};

export type GeneratedText = CampaignCopy & {
  readonly id: string;
  readonly shopId: string;
  readonly offerId: string;
  /** `template` when there was no model, it failed, or it would not keep to the facts. */
  readonly source: 'model' | 'template';
  readonly createdAt: Date;
};

/** One call to a model, for cost and audit; written whether or not its text was used. */
export type ModelCall = {
  readonly model: string;
  readonly providerRequestId: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** `used`, or why not: the facts it broke, a refusal, an outage. */
  readonly outcome: string;
};
