/** Looks whether a process does its work; rejects while it does not. */
export type Probe = (signal: AbortSignal) => Promise<void>;

/** How to run one process of the platform. */
export type ProcessDefinition = {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Every port it opens, by the name that `packages/topology` gives it; the first is the one that people look for. */
  readonly ports: Readonly<Record<string, number>>;
  /** The processes that must be ready before this one starts. It is stopped before them. */
  readonly after: readonly string[];
  readonly ready: Probe;
  /**
   * Tells a process that hangs from one that waits for another; without it, a process that is not ready counts as
   * hanging. Only a hanging process is restarted.
   */
  readonly alive?: Probe;
  /** How long it may take to stop before it is killed. */
  readonly stopGraceMs: number;
  /** Runs before every start: data directories, rendered configuration. */
  readonly prepare?: () => Promise<void>;
  /** Runs each time it has become ready, before others that wait for it start. */
  readonly configure?: () => Promise<void>;
  /** Removes what the process leaves lying about after its end. */
  readonly cleanUp?: () => Promise<void>;
};
