import { DomainError } from '@doffers/errors';

export const channels = ['whatsapp', 'push', 'in_app'] as const;
export type Channel = (typeof channels)[number];

/** What is said. Push and inbox share title and body; WhatsApp only ever sends an approved template. */
export type Content = {
  readonly title: string;
  readonly body: string;
  readonly whatsappTemplate: string;
  /** Empty means `en`. */
  readonly whatsappLanguage: string;
  readonly whatsappVariables: readonly string[];
};

/** Customers around some PIN codes or in some cities (districts of the PIN directory), seen lately. */
export type Audience = {
  readonly pincodes: readonly string[];
  readonly radiusKm: number;
  readonly cities: readonly string[];
  /** 0: however long ago. */
  readonly activeWithinDays: number;
};

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

/** What a launch goes through, as its workflow reports it. */
export const launchPhases = ['scheduled', 'sending', 'paused', 'settling', 'completed', 'cancelled', 'failed'] as const;
export type LaunchPhase = (typeof launchPhases)[number];

export const campaignStates = ['draft', 'launching', ...launchPhases] as const;
export type CampaignState = (typeof campaignStates)[number];

export type Campaign = CampaignPlan & {
  readonly id: string;
  readonly shopId: string;
  readonly ownerId: string;
  readonly offerId: string;
  readonly state: CampaignState;
  /** Counts the launches; 0 before the first. */
  readonly launchNo: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Rises with every change of the plan; the etag is made of it, and a quote names the version it priced. */
  readonly version: number;
};

/**
 * Checks that every named channel has something to say.
 *
 * @throws DomainError `CHANNEL_CONTENT_MISSING`
 */
export function checkPlan({ channels: named, content }: Pick<CampaignPlan, 'channels' | 'content'>): void {
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

/** Whether nothing was sent and nothing is under way: it may be changed, quoted and launched. */
export function isOpen({ state }: Pick<Campaign, 'state'>): boolean {
  return state === 'draft' || state === 'failed';
}

/** Whether nothing will happen to this launch any more. */
export function hasEnded({ state }: Pick<Campaign, 'state'>): boolean {
  return state === 'completed' || state === 'cancelled' || state === 'failed';
}

/** @throws DomainError `CAMPAIGN_STATE` for a campaign that cannot be changed or quoted any more */
export function assertOpen(campaign: Pick<Campaign, 'state'>): void {
  if (!isOpen(campaign)) throw campaignState(campaign, 'only a campaign that is not launched can be changed or quoted');
}

/** @throws DomainError `CAMPAIGN_STATE` for a campaign of which no launch is running */
export function assertRunning(campaign: Pick<Campaign, 'state'>): void {
  if (isOpen(campaign) || hasEnded(campaign)) throw campaignState(campaign, 'this campaign is not running');
  if (campaign.state === 'launching') throw campaignState(campaign, 'this campaign is being launched: try again');
}

/** @throws DomainError `CAMPAIGN_STATE` for a campaign that was never launched */
export function assertLaunched(campaign: Pick<Campaign, 'state'>): void {
  if (campaign.state === 'draft') throw campaignState(campaign, 'this campaign was never launched');
}

function campaignState({ state }: Pick<Campaign, 'state'>, message: string): DomainError {
  return new DomainError('failed_precondition', 'CAMPAIGN_STATE', message, { info: { state: state.toUpperCase() } });
}

export function campaignNotFound(): DomainError {
  return new DomainError('not_found', 'CAMPAIGN_NOT_FOUND', 'there is no such campaign');
}
