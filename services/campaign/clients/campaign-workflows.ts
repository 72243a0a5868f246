import { type Paise, paise } from '@doffers/money';
import type { createCampaignWorkflows } from '@doffers/temporal';
import type { ControlAnswer } from '../domain/control.ts';

export type LaunchCommand = {
  readonly campaignId: string;
  readonly shopId: string;
  readonly launchNo: number;
  readonly requestId: string;
  readonly sendAt: Date;
};

export type ControlCommand = { readonly campaignId: string; readonly requestId: string };

/** The workflows that run campaigns. Each command has the effect of one however often it is repeated. */
export type CampaignWorkflows = {
  /**
   * Answers once the money is held.
   * @throws DomainError what the launch was refused with, or `WORKFLOWS_UNAVAILABLE`, which says nothing about it
   */
  launch(command: LaunchCommand): Promise<{ readonly held: Paise; readonly sendAt: Date }>;
  /** @throws DomainError `CAMPAIGN_STATE` where it makes no sense, as the two below */
  pause(command: ControlCommand): Promise<ControlAnswer>;
  resume(command: ControlCommand): Promise<ControlAnswer>;
  cancel(command: ControlCommand): Promise<ControlAnswer>;
  /** @throws DomainError `CAMPAIGN_STATE` once sending has begun, or `SEND_TIME_INVALID` */
  reschedule(command: ControlCommand & { readonly sendAt: Date }): Promise<ControlAnswer>;
};

type Workflows = ReturnType<typeof createCampaignWorkflows>;
type Found = Awaited<ReturnType<Workflows['pause']>>;

/** Speaks to the workflows in instants and paise, and gives each launch the platform's settle window. */
export function createWorkflowCommands(
  workflows: Pick<Workflows, 'launch' | 'pause' | 'resume' | 'cancel' | 'reschedule'>,
  { settleWindowSeconds }: { readonly settleWindowSeconds: number },
): CampaignWorkflows {
  return {
    async launch({ sendAt, ...command }) {
      const answer = await workflows.launch({ ...command, sendAt: sendAt.getTime(), settleWindowSeconds });
      return { held: paise(answer.heldPaise), sendAt: new Date(answer.sendAt) };
    },
    pause: async (command) => found(await workflows.pause(command)),
    resume: async (command) => found(await workflows.resume(command)),
    cancel: async (command) => found(await workflows.cancel(command)),
    async reschedule({ sendAt, ...command }) {
      return found(await workflows.reschedule({ ...command, sendAt: sendAt.getTime() }));
    },
  };
}

function found({ phase, openMessages, sendAt }: Found): ControlAnswer {
  return { state: phase, openMessages, sendAt: new Date(sendAt) };
}
