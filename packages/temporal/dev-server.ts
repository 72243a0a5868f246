/**
 * How the platform's own Temporal server differs from the defaults of `temporal server start-dev`. The same for a
 * developer's stack and for tests, so that what a test proves holds there.
 */
const settings: Readonly<Record<string, string>> = {
  // Fairness between shops needs the new matcher and exact order within a queue, hence one partition.
  'matching.useNewMatcher': 'true',
  'matching.enableFairness': 'true',
  'matching.numTaskqueueReadPartitions': '1',
  'matching.numTaskqueueWritePartitions': '1',
  // Lets a test skip the days that a workflow waits. It does nothing unless one asks for it.
  'frontend.WorkflowTimeSkippingEnabled': 'true',
};

/** Arguments for `temporal server start-dev`. */
export const devServerArguments: readonly string[] = Object.entries(settings).flatMap(([key, value]) => [
  '--dynamic-config-value',
  `${key}=${value}`,
]);
