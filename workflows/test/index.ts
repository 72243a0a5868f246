/** The entry of the bundle that tests run. */
export { burstWorkflow } from './burst-workflow.ts';
export { patientWorkflow } from './patient-workflow.ts';
export { continuingWorkflow, purchaseWorkflow } from './purchase-workflow.ts';
export { childWorkflow, relayWorkflow } from './relay-workflow.ts';
