/** The entry of the bundle that tests run. */
export { purchaseWorkflow } from './purchase-workflow.ts';
