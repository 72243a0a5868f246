import { paise } from '@doffers/money';
import type { Plan } from '../domain/plan.ts';
import type { Subscription } from '../domain/subscription.ts';

/** A plan of ₹499 a month; name only what the test is about. */
export function aPlan({ price = 499_00, ...changes }: Partial<Omit<Plan, 'price'>> & { price?: number } = {}): Plan {
  return {
    id: 'starter',
    name: 'Starter',
    offers: 10,
    messages: { whatsapp: 100, push: 500, in_app: 1_000 },
    trialDays: 0,
    carriesOver: false,
    ...changes,
    price: paise(price),
  };
}

/** An active subscription in its first period, January 2027. */
export function aSubscription(changes: Partial<Subscription> = {}): Subscription {
  const start = new Date('2026-12-31T18:30:00Z'); // 1 January in India
  return {
    id: '019ab000-0000-7000-8000-0000000000d1',
    shopId: '019ab000-0000-7000-8000-00000000000a',
    buyerId: '019ab000-0000-7000-8000-0000000000aa',
    status: 'active',
    plan: aPlan(),
    nextPlan: undefined,
    periodNo: 1,
    periodStart: start,
    periodEnd: new Date('2027-01-31T18:30:00Z'),
    anchor: start,
    anchorNo: 0,
    cancelsAtEnd: false,
    reason: '',
    createdAt: start,
    ...changes,
  };
}
