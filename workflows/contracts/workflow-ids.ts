/** The id of each workflow. Whoever starts the same thing twice finds the first one by it. */
export const workflowIds = {
  shopApproval: (shopId: string, version: number) => `shop/${shopId}/approval/${version}`,
} as const;
