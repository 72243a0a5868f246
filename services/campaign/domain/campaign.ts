import { DomainError } from '@doffers/errors';

export const channels = ['whatsapp', 'push', 'in_app'] as const;
export type Channel = (typeof channels)[number];

/** What is said. Push and inbox share title and body; WhatsApp only ever sends an approved template. */
export type Content = {
  readonly title: string;
  readonly body: string;
  readonly whatsappTemplate: string;
  readonly whatsappVariables: readonly string[];
};

export type Audience = { readonly pincodes: readonly string[]; readonly radiusKm: number };

/** What a shopkeeper writes. */
export type CampaignPlan = {
  readonly name: string;
  readonly channels: readonly Channel[];
  readonly content: Content;
  readonly audience: Audience;
};

/** What a shopkeeper asks for; the request id makes it once. */
export type NewCampaign = CampaignPlan & {
  readonly shopId: string;
  readonly offerId: string;
  readonly requestId: string;
};

export type CampaignState = 'draft';

export type Campaign = CampaignPlan & {
  readonly id: string;
  readonly shopId: string;
  readonly ownerId: string;
  readonly offerId: string;
  readonly state: CampaignState;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Rises with every change; the etag is made of it, and a quote names the version it priced. */
  readonly version: number;
};

/**
 * Checks that every named channel has something to say.
 *
 * @throws DomainError `CHANNEL_CONTENT_MISSING`
 */
export function checkPlan({ channels: named, content }: CampaignPlan): void {
  const missing = [
    ...(named.some((channel) => channel !== 'whatsapp') ? missingText(content) : []),
    ...(named.includes('whatsapp') && content.whatsappTemplate === '' ? ['content.whatsappTemplate'] : []),
  ];
  if (missing.length === 0) return;
  const message = `the named channels need ${missing.join(', ')}`;
  throw new DomainError('invalid_argument', 'CHANNEL_CONTENT_MISSING', message, {
    fields: missing.map((field) => ({ field, description: 'needed by a named channel', reason: 'required' })),
  });
}

function missingText({ title, body }: Content): string[] {
  return [...(title === '' ? ['content.title'] : []), ...(body === '' ? ['content.body'] : [])];
}

export function campaignNotFound(): DomainError {
  return new DomainError('not_found', 'CAMPAIGN_NOT_FOUND', 'there is no such campaign');
}
