import { z } from 'zod';

/** What is wrong with an environment, one line for each variable. It holds names only: values may be secrets. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`the configuration is not usable:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/**
 * Reads a process' configuration from its environment. An empty variable counts as absent, as compose files write it.
 * @throws ConfigError
 */
export function readConfig<T>(schema: z.ZodType<T>, env: NodeJS.ProcessEnv): T {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  throw new ConfigError(result.error.issues.map(describeIssue));
}

/** Reads the configuration of this process, once; ends the process with a readable list when something is wrong. */
export function parseConfig<T>(schema: z.ZodType<T>, env: NodeJS.ProcessEnv = process.env): T {
  try {
    return readConfig(schema, env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

/** zod's own texts repeat what was received in some cases, so only messages without a value are passed on. */
function describeIssue(issue: z.core.$ZodIssue): string {
  const name = issue.path.map(String).join('.') || 'environment';
  if (issue.code === 'custom') return `${name} ${issue.message}`;
  if (issue.code === 'invalid_type') return `${name} is missing`;
  if (issue.code === 'invalid_value') return `${name} must be one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'invalid_format') return `${name} must be a valid ${issue.format}`;
  return `${name} is not valid`;
}
