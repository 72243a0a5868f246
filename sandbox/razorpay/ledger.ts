import { createJournal } from '../recorder/journal.ts';
import type { Customer, Entity, Order, Payment, Refund, Token } from './entities.ts';

export type IdempotentAnswer = { readonly key: string; readonly bodyHash: string; readonly refundId: string };

export type Ledger = {
  order(id: string): Order | undefined;
  payment(id: string): Payment | undefined;
  refund(id: string): Refund | undefined;
  customer(id: string): Customer | undefined;
  token(id: string): Token | undefined;
  tokens(): readonly Token[];
  orders(): readonly Order[];
  paymentsOf(orderId: string): readonly Payment[];
  payments(): readonly Payment[];
  refundsOf(paymentId: string): readonly Refund[];
  refunds(): readonly Refund[];
  put(entity: Entity): void;
  remember(answer: IdempotentAnswer): void;
  remembered(key: string): IdempotentAnswer | undefined;
  close(): void;
};

type Entry = { readonly put: Entity } | { readonly remember: IdempotentAnswer };

/** Orders, payments and refunds. Money does not disappear with a process: the file is replayed at the next start. */
export async function openLedger(path: string): Promise<Ledger> {
  const entities = new Map<string, Entity>();
  const answers = new Map<string, IdempotentAnswer>();
  const journal = createJournal(path);
  const apply = (entry: Entry) => {
    if ('put' in entry) entities.set(entry.put.id, entry.put);
    else answers.set(entry.remember.key, entry.remember);
  };
  for await (const line of journal.lines()) apply(JSON.parse(line) as Entry);

  function change(entry: Entry): void {
    apply(entry);
    journal.append(JSON.stringify(entry));
    journal.flush(); // the answer that follows must not be truer than the file
  }
  function find<E extends Entity['entity']>(entity: E, id: string) {
    const found = entities.get(id);
    return found?.entity === entity ? (found as Extract<Entity, { entity: E }>) : undefined;
  }
  function all<E extends Entity['entity']>(entity: E) {
    return [...entities.values()].filter((found): found is Extract<Entity, { entity: E }> => found.entity === entity);
  }

  return {
    order: (id) => find('order', id),
    payment: (id) => find('payment', id),
    refund: (id) => find('refund', id),
    customer: (id) => find('customer', id),
    token: (id) => find('token', id),
    tokens: () => all('token'),
    orders: () => all('order'),
    payments: () => all('payment'),
    refunds: () => all('refund'),
    paymentsOf: (orderId) => all('payment').filter((payment) => payment.order_id === orderId),
    refundsOf: (paymentId) => all('refund').filter((refund) => refund.payment_id === paymentId),
    put: (entity) => change({ put: entity }),
    remember: (answer) => change({ remember: answer }),
    remembered: (key) => answers.get(key),
    close: () => journal.close(),
  };
}
