/**
 * How the platform's own Temporal server differs from the defaults of `temporal server start-dev`: its dynamic
 * configuration. The same for a stack and for tests, so that what a test proves holds there.
 */
export const devServerSettings: Readonly<Record<string, string>> = {
  // Fairness lets a small campaign pass a big one's backlog; it counts per partition, and one is enough here.
  'matching.useNewMatcher': 'true',
  'matching.enableFairness': 'true',
  'matching.numTaskqueueReadPartitions': '1',
  'matching.numTaskqueueWritePartitions': '1',
  // Lets a test skip the days that a workflow waits. It does nothing unless one asks for it.
  'frontend.WorkflowTimeSkippingEnabled': 'true',
};
