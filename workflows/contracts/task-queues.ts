/**
 * The queues between workflows and workers. A queue stands for a kind of work with slots of its own, so that sends never
 * wait behind documents, nor money behind sends.
 */
export const taskQueues = {
  workflow: 'workflow',
  /** Reads, money, notices: short calls to the services. */
  core: 'core',
  /** Documents to render and store: a lot of CPU, few at a time. */
  docs: 'docs',
  /** Messages that one person waits for. */
  transactional: 'transactional',
  dispatchWhatsapp: 'dispatch-whatsapp',
  dispatchPush: 'dispatch-push',
  dispatchInapp: 'dispatch-inapp',
} as const;

export type TaskQueue = (typeof taskQueues)[keyof typeof taskQueues];
/** A queue of activities; workflow tasks have the other one. */
export type ActivityQueue = Exclude<TaskQueue, 'workflow'>;
