import { once, requestHash, type Transaction } from '@doffers/database';

/** A person's command: what is commanded by whom, such as `wallet.freeze/<user id>`, and everything that was asked for. */
export type Command = { readonly scope: string; readonly request: { readonly requestId: string } };

export type Commands = {
  /**
   * Does a command once; a repetition gets the first one's answer.
   * @throws DomainError `IDEMPOTENCY_KEY_REUSED`
   */
  once<T>(command: Command, work: () => Promise<T>): Promise<T>;
};

export function createCommands(tx: Transaction): Commands {
  return {
    once: ({ scope, request }, work) =>
      once(tx, { scope, requestId: request.requestId, hash: requestHash(request) }, work),
  };
}
