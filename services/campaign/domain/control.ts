import type { CampaignState } from './campaign.ts';

/** What control found. */
export type ControlAnswer = {
  readonly state: CampaignState;
  /** Messages of open groups that may still go out. */
  readonly openMessages: number;
  readonly sendAt: Date;
};

/** A command to a running campaign, who gave it, and its answer. */
export type Control = ControlAnswer & {
  readonly campaignId: string;
  readonly requestId: string;
  readonly actorId: string;
  /** `pause`, `resume`, `cancel`, or `reschedule` and the time asked for. */
  readonly command: string;
  readonly createdAt: Date;
};
