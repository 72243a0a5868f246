import { type Dispatcher, Pool } from 'undici';

export type ExchangeRequest = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Path and query, as they go on the wire. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Ends the call early; what may have happened at the provider is told by the outcome as for a deadline. */
  readonly signal?: AbortSignal | undefined;
};

/**
 * What is known after a call to a provider. The difference between the last two decides whether a message may be sent
 * again: `not_sent` proves that no byte of the request left this process, `unknown` means it may have taken effect.
 */
export type ExchangeOutcome =
  | { readonly kind: 'reply'; readonly status: number; readonly headers: Headers; readonly body: string }
  | { readonly kind: 'not_sent'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: UnknownReason; readonly status?: number };

type Headers = Readonly<Record<string, string | string[] | undefined>>;
type UnknownReason = 'deadline' | 'cancelled' | 'cut';

export type ExchangeOptions = {
  readonly origin: string;
  /** Requests in flight at most; rate × latency of the provider. */
  readonly connections: number;
  /** From the call to the last byte of the answer, waiting for a free connection included. */
  readonly deadlineMs: number;
};

export type Exchange = {
  send(request: ExchangeRequest): Promise<ExchangeOutcome>;
  close(): Promise<void>;
};

const maxResponseBytes = 64 * 1024 * 1024;

/**
 * One keep-alive pool to one provider that never throws, never retries and always ends within the deadline.
 * Retrying is the caller's decision, because only the caller knows whether the same message may be sent twice.
 */
export function createExchange({ origin, connections, deadlineMs }: ExchangeOptions): Exchange {
  const pool = new Pool(origin, {
    connections,
    pipelining: 1,
    connect: { timeout: deadlineMs },
    // The deadline below covers the whole call; the pool's coarser timers must not answer first.
    headersTimeout: deadlineMs * 2,
    bodyTimeout: deadlineMs * 2,
    maxResponseSize: maxResponseBytes,
  });
  return {
    send: (request) =>
      new Promise((resolve) => {
        const call = new Call(resolve);
        const timer = setTimeout(() => call.giveUp('deadline'), deadlineMs);
        const cancel = () => call.giveUp('cancelled');
        call.settled = () => {
          clearTimeout(timer);
          request.signal?.removeEventListener('abort', cancel);
        };
        if (request.signal?.aborted) return cancel();
        request.signal?.addEventListener('abort', cancel, { once: true });
        pool.dispatch(dispatchOptions(request), call);
      }),
    close: () => pool.destroy(),
  };
}

function dispatchOptions({ method, path, headers, body }: ExchangeRequest): Dispatcher.DispatchOptions {
  return { method, path, ...(headers && { headers }), ...(body !== undefined && { body }) };
}

/** Follows one request through the pool. `onRequestStart` is the moment after which bytes may have left. */
class Call implements Dispatcher.DispatchHandler {
  settled: () => void = () => {};
  readonly #resolve: (outcome: ExchangeOutcome) => void;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #givenUp: 'deadline' | 'cancelled' | undefined;
  #status: number | undefined;
  #headers: Headers = {};

  constructor(resolve: (outcome: ExchangeOutcome) => void) {
    this.#resolve = resolve;
  }

  giveUp(reason: 'deadline' | 'cancelled'): void {
    this.#givenUp = reason;
    // A request that still waits for a connection is aborted when its turn comes, before it is written.
    if (!this.#controller) return this.#settle({ kind: 'not_sent', reason });
    this.#settle(this.#unknown(reason));
    this.#controller.abort(new Error(reason));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#givenUp) controller.abort(new Error(this.#givenUp));
    else this.#controller = controller;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const body = Buffer.concat(this.#chunks).toString('utf8');
    this.#settle({ kind: 'reply', status: this.#status ?? 0, headers: this.#headers, body });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#settle(this.#controller ? this.#unknown('cut') : { kind: 'not_sent', reason: errorCode(error) });
  }

  #unknown(reason: UnknownReason): ExchangeOutcome {
    return { kind: 'unknown', reason, ...(this.#status !== undefined && { status: this.#status }) };
  }

  #settle(outcome: ExchangeOutcome): void {
    this.settled();
    this.#resolve(outcome);
  }
}

function errorCode(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
