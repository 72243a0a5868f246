import { type ChildProcess, spawn } from 'node:child_process';

export type CommandResult = { readonly code: number; readonly output: string; readonly timedOut: boolean };

type Options = {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
  /** Lets the command write to this terminal, so that people see its progress; nothing is captured then. */
  readonly show?: boolean;
};

const running = new Set<ChildProcess>();

/**
 * Runs another program to its end and answers its exit code with everything it wrote, both streams as they came.
 * It has a process group of its own, so that a time limit ends whatever it started as well.
 */
export function runCommand(command: string, args: readonly string[], options: Options): Promise<CommandResult> {
  const { cwd, env, timeoutMs, show = false } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ['ignore', show ? 2 : 'pipe', show ? 2 : 'pipe'],
      detached: true,
    });
    running.add(child);
    let output = '';
    let timedOut = false;
    const collect = (chunk: Buffer) => void (output += chunk.toString());
    const timer = setTimeout(() => {
      timedOut = true;
      killGroup(child);
    }, timeoutMs);
    const ended = () => {
      clearTimeout(timer);
      running.delete(child);
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.once('error', (error) => {
      ended();
      reject(error);
    });
    child.once('close', (code) => {
      ended();
      resolve({ code: code ?? 1, output, timedOut });
    });
  });
}

/** Ends every command that is still running: they do not see the terminal's Ctrl-C, being in groups of their own. */
export function endRunningCommands(): void {
  for (const child of running) killGroup(child);
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself in the meantime.
  }
}
