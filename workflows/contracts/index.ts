export { type CallHeader, callHeader } from './call-header.ts';
export { type CompensationDecision, resolveCompensationUpdate } from './compensation.ts';
export type { RefusalDetails } from './refusal.ts';
export { searchAttributes } from './search-attributes.ts';
export {
  type ApprovalDecision,
  approvalDecisions,
  type ShopApprovalInput,
  type ShopApprovalResult,
  type ShopApprovalWorkflow,
  shopApprovalWorkflow,
} from './shop-approval.ts';
export { type ActivityQueue, type TaskQueue, taskQueues } from './task-queues.ts';
export { workflowIds } from './workflow-ids.ts';
