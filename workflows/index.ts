/** Everything that the workflow worker can run; the one entry of its bundle. The names are the workflow types. */
export { shopApprovalWorkflow } from './shop/shop-approval-workflow.ts';
