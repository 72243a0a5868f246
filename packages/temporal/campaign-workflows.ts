import { DomainError } from '@doffers/errors';
import {
  type CampaignControl,
  type CampaignInput,
  type CampaignProgress,
  type CampaignWorkflow,
  type ControlRequest,
  campaignWorkflow,
  cancelUpdate,
  type LaunchAnswer,
  launchUpdate,
  pauseUpdate,
  progressQuery,
  type RescheduleRequest,
  rescheduleUpdate,
  resumeUpdate,
  searchAttributes,
  taskQueues,
  workflowIds,
} from '@doffers/workflows/contracts';
import {
  type Client,
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  type WorkflowHandle,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { toDomainError } from './to-domain-error.ts';

type CampaignRef = { readonly campaignId: string };

export type CampaignWorkflows = {
  /**
   * Launches a campaign and answers once its money is held. The same launch gets the same answer; one that was refused
   * may be launched again under the next number.
   * @throws DomainError ALREADY_LAUNCHED, QUOTE_EXPIRED, AUDIENCE_EMPTY, OFFER_NOT_LIVE, INSUFFICIENT_FUNDS, and what
   * else the hold is refused with; LAUNCH_TIMED_OUT, WORKFLOWS_UNAVAILABLE
   */
  launch(input: CampaignInput): Promise<LaunchAnswer>;
  /** @throws DomainError CAMPAIGN_STATE, WORKFLOWS_UNAVAILABLE; so for the other three */
  pause(input: CampaignRef & ControlRequest): Promise<CampaignControl>;
  resume(input: CampaignRef & ControlRequest): Promise<CampaignControl>;
  cancel(input: CampaignRef & ControlRequest): Promise<CampaignControl>;
  /** @throws DomainError SEND_TIME_INVALID */
  reschedule(input: CampaignRef & RescheduleRequest): Promise<CampaignControl>;
  /** How the workflow sees it. @throws DomainError CAMPAIGN_STATE when it was never launched */
  progress(input: CampaignRef): Promise<CampaignProgress>;
};

/** Launches campaigns and controls them while they run. */
export function createCampaignWorkflows({ workflow }: Pick<Client, 'workflow'>): CampaignWorkflows {
  const handleOf = ({ campaignId }: CampaignRef): WorkflowHandle<CampaignWorkflow> =>
    workflow.getHandle<CampaignWorkflow>(workflowIds.campaign(campaignId));
  /** Only the running launch takes messages: one that has ended answers like one that never was. */
  const update = <R extends ControlRequest>(definition: typeof pauseUpdate | typeof rescheduleUpdate) => {
    return async ({ campaignId, ...request }: CampaignRef & R): Promise<CampaignControl> => {
      try {
        return await handleOf({ campaignId }).executeUpdate<CampaignControl, [ControlRequest], string>(
          definition.name,
          { args: [request], updateId: `${definition.name}/${request.requestId}` },
        );
      } catch (error) {
        throw controlError(error);
      }
    };
  };

  /** Of a campaign that has ended, the server still knows updates of the last run; its launch was one of the first. */
  const answerOfFirstRun = async (campaignId: string, updateId: string): Promise<LaunchAnswer> => {
    try {
      const { raw } = await handleOf({ campaignId }).describe();
      const firstRun = workflow.getHandle(
        workflowIds.campaign(campaignId),
        raw.workflowExecutionInfo?.firstRunId ?? '',
      );
      return await firstRun.getUpdateHandle<LaunchAnswer>(updateId).result();
    } catch (error) {
      throw launchError(error);
    }
  };

  return {
    async launch(input) {
      const { campaignId, shopId, launchNo, requestId, sendAt } = input;
      const start = new WithStartWorkflowOperation<CampaignWorkflow>(campaignWorkflow, {
        workflowId: workflowIds.campaign(campaignId),
        taskQueue: taskQueues.workflow,
        args: [input],
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
        staticSummary: `campaign ${campaignId}, launch ${launchNo}`,
        typedSearchAttributes: [
          { key: searchAttributes.shopId, value: shopId },
          { key: searchAttributes.entityId, value: campaignId },
          { key: searchAttributes.scheduledAt, value: new Date(sendAt) },
        ],
      });
      const updateId = `launch/${launchNo}/${requestId}`;
      try {
        return await workflow.executeUpdateWithStart(launchUpdate, {
          args: [{ requestId, launchNo }],
          updateId,
          startWorkflowOperation: start,
        });
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw toDomainError(error);
        return answerOfFirstRun(campaignId, updateId);
      }
    },
    pause: update(pauseUpdate),
    resume: update(resumeUpdate),
    cancel: update(cancelUpdate),
    reschedule: update<RescheduleRequest>(rescheduleUpdate),
    async progress(ref) {
      try {
        return await handleOf(ref).query(progressQuery);
      } catch (error) {
        throw controlError(error);
      }
    },
  };
}

function launchError(error: unknown): unknown {
  if (!(error instanceof WorkflowNotFoundError)) return toDomainError(error);
  return new DomainError('already_exists', 'ALREADY_LAUNCHED', 'the campaign is already launched', { cause: error });
}

function controlError(error: unknown): unknown {
  if (!(error instanceof WorkflowNotFoundError)) return toDomainError(error);
  const message = 'this is only possible while the campaign runs';
  return new DomainError('failed_precondition', 'CAMPAIGN_STATE', message, { cause: error });
}
