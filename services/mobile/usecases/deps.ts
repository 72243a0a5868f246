import type { Accounts } from '../clients/accounts.ts';
import type { People } from '../clients/people.ts';

/** What the use cases need from outside. */
export type Deps = { readonly accounts: Accounts; readonly people: People };
