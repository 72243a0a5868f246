import { defineSearchAttributeKey } from './definitions.ts';

/**
 * By what operations find workflows; one set for all of them, because the server has few slots: ten keywords and three
 * of each other type. They are stored in clear and never hold personal data. Set them when a phase changes, not per
 * step: each change is a history event and a visibility write.
 */
export const searchAttributes = {
  shopId: defineSearchAttributeKey('DoShopId', 'KEYWORD'),
  /** The entity that the workflow id names: campaign, top-up, subscription, invoice. */
  entityId: defineSearchAttributeKey('DoEntityId', 'KEYWORD'),
  phase: defineSearchAttributeKey('DoPhase', 'KEYWORD'),
  /** The reason of the last failure, or `UNDO_<step>` of a compensation that did not succeed at first. */
  failureCode: defineSearchAttributeKey('DoFailureCode', 'KEYWORD'),
  pinArea: defineSearchAttributeKey('DoPinArea', 'KEYWORD'),
  plan: defineSearchAttributeKey('DoPlan', 'KEYWORD'),
  channels: defineSearchAttributeKey('DoChannels', 'KEYWORD_LIST'),
  amountPaise: defineSearchAttributeKey('DoAmountPaise', 'INT'),
  audience: defineSearchAttributeKey('DoAudience', 'INT'),
  attempt: defineSearchAttributeKey('DoAttempt', 'INT'),
  scheduledAt: defineSearchAttributeKey('DoScheduledAt', 'DATETIME'),
  nextActionAt: defineSearchAttributeKey('DoNextActionAt', 'DATETIME'),
  /** True while the workflow waits for a person. */
  needsAttention: defineSearchAttributeKey('DoNeedsAttention', 'BOOL'),
  test: defineSearchAttributeKey('DoTest', 'BOOL'),
} as const;
