import type { SignUp } from './account.ts';

/** What this service tells others, through its outbox. */
export type UserCreated = {
  readonly topic: 'user.created';
  readonly key: string;
  readonly payload: { readonly userId: string; readonly signUp: SignUp | undefined };
};
