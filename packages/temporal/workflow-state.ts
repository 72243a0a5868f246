import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { toDomainError } from './to-domain-error.ts';

/**
 * Whether nothing runs under a workflow's id: it has ended, or never began, or ended so long ago that it is forgotten.
 *
 * @throws DomainError `WORKFLOWS_UNAVAILABLE`
 */
export async function isWorkflowClosed({ workflow }: Pick<Client, 'workflow'>, workflowId: string): Promise<boolean> {
  try {
    const { status } = await workflow.getHandle(workflowId).describe();
    return status.name !== 'RUNNING' && status.name !== 'PAUSED';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return true;
    throw toDomainError(error);
  }
}
