import { DomainError } from '@doffers/errors';

/** What a message says. `link` is where a tap leads, such as `shops/{id}`, or empty. */
export type MessageText = { readonly title: string; readonly body: string; readonly link: string };

/** A message in a person's inbox. */
export type InboxMessage = MessageText & {
  readonly id: string;
  readonly userId: string;
  readonly createdAt: Date;
  /** Undefined while unread; the first reading counts. */
  readonly readAt: Date | undefined;
};

export function messageNotFound(): DomainError {
  return new DomainError('not_found', 'MESSAGE_NOT_FOUND', 'there is no such message in your inbox');
}
