/** What contracts are made of. All of it also loads outside the workflow sandbox, so services may import contracts. */
export { defineSearchAttributeKey } from '@temporalio/common';
export { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
