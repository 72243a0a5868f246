export const approvalDecisions = ['approved', 'rejected', 'suspended'] as const;
export type ApprovalDecision = (typeof approvalDecisions)[number];

/** An admin's decision about a shop. Why it was taken stays with the user service: it is free text about people. */
export type ShopApprovalInput = {
  readonly shopId: string;
  readonly decision: ApprovalDecision;
  /** Counts the decisions about this shop, so that each has a workflow of its own. */
  readonly version: number;
};

/** `superseded`: another decision was taken meanwhile, and its own notice tells the owner. */
export type ShopApprovalResult = { readonly outcome: 'notified' | 'superseded' };

export const shopApprovalWorkflow = 'shopApprovalWorkflow';

/** The type of the workflow function, for `client.workflow.start<ShopApprovalWorkflow>(shopApprovalWorkflow, …)`. */
export type ShopApprovalWorkflow = (input: ShopApprovalInput) => Promise<ShopApprovalResult>;
