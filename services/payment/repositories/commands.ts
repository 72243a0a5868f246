import { once, recall, requestHash, type Transaction } from '@doffers/database';

/** A person's command: what is commanded by whom, such as `wallet.freeze/<user id>`, and everything that was asked for. */
export type Command = { readonly scope: string; readonly request: { readonly requestId: string } };

export type Commands = {
  /**
   * Does a command once; a repetition gets the first one's answer.
   * @throws DomainError `IDEMPOTENCY_KEY_REUSED`
   */
  once<T>(command: Command, work: () => Promise<T>): Promise<T>;
  /**
   * What an earlier one answered, for commands whose effect is not in this database alone.
   * @throws DomainError `IDEMPOTENCY_KEY_REUSED`
   */
  recall<T>(command: Command): Promise<T | undefined>;
};

export function createCommands(tx: Transaction): Commands {
  return {
    once: (command, work) => once(tx, keyOf(command), work),
    recall: (command) => recall(tx, keyOf(command)),
  };
}

function keyOf({ scope, request }: Command) {
  return { scope, requestId: request.requestId, hash: requestHash(request) };
}
