import { defineQuery, defineUpdate } from './definitions.ts';

export const campaignChannels = ['whatsapp', 'push', 'in_app'] as const;
/** Also the id of the channel's line in hold, captures and invoice. */
export type CampaignChannel = (typeof campaignChannels)[number];

/** `scheduled` on, money is held; `completed`, `cancelled` and `failed` are the ends. Only after `failed` may it be launched again. */
export type CampaignPhase =
  | 'launching'
  | 'scheduled'
  | 'sending'
  | 'paused'
  | 'settling'
  | 'completed'
  | 'cancelled'
  | 'failed';

/** One launch. Times are milliseconds since the epoch. */
export type CampaignInput = {
  readonly campaignId: string;
  readonly shopId: string;
  /** Counts the launches of a campaign: each has a hold of its own. */
  readonly launchNo: number;
  /** The request that launched; it alone gets the launch's answer. */
  readonly requestId: string;
  readonly sendAt: number;
  /** How long receipts are waited for once everything is sent. */
  readonly settleWindowSeconds: number;
};

export type LaunchRequest = { readonly requestId: string; readonly launchNo: number };
export type LaunchAnswer = { readonly heldPaise: number; readonly sendAt: number };
export type ControlRequest = { readonly requestId: string };
export type RescheduleRequest = ControlRequest & { readonly sendAt: number };

/** What control found. Messages of open groups may still go out; nothing else does. */
export type CampaignControl = {
  readonly phase: CampaignPhase;
  readonly openMessages: number;
  readonly sendAt: number;
};

/** Counts for people to look at; the delivery ledger of the notification service is the truth. */
export type ChannelCounts = {
  readonly accepted: number;
  readonly failed: number;
  readonly suppressed: number;
  readonly unknown: number;
  readonly retry: number;
};

export type CampaignProgress = {
  readonly phase: CampaignPhase;
  readonly sendAt: number;
  readonly audience: number;
  readonly counts: Readonly<Partial<Record<CampaignChannel, ChannelCounts>>>;
  readonly heldPaise: number;
  readonly capturedPaise: number;
  /** Why it ended before everything was sent. */
  readonly stopReason?: StopReason;
};

/** As `doffers.notification.v1.StopReason`. */
export type StopReason = 'CANCELLED' | 'BUDGET_STOP' | 'OFFER_ENDED' | 'DISPATCH_FAILED';

/** Answers once the money is held. Refused with ALREADY_LAUNCHED for another request than the one that launched. */
export const launchUpdate = defineUpdate<LaunchAnswer, [LaunchRequest]>('launch');
/** The four are refused with CAMPAIGN_STATE where they make no sense; a repeated request gets its first answer. */
export const pauseUpdate = defineUpdate<CampaignControl, [ControlRequest]>('pause');
export const resumeUpdate = defineUpdate<CampaignControl, [ControlRequest]>('resume');
export const cancelUpdate = defineUpdate<CampaignControl, [ControlRequest]>('cancel');
/** Also refused with SEND_TIME_INVALID. */
export const rescheduleUpdate = defineUpdate<CampaignControl, [RescheduleRequest]>('reschedule');
export const progressQuery = defineQuery<CampaignProgress>('progress');

export const campaignWorkflow = 'campaignWorkflow';

/** The type of the workflow function, as far as whoever starts it sees it. */
export type CampaignWorkflow = (input: CampaignInput) => Promise<CampaignProgress>;
