import assert from 'node:assert/strict';
import { it } from 'node:test';
import { deliverEvent } from './deliver-event.ts';

it('carries each event to whom it concerns, and fails when they do not take it', async () => {
  const heard: unknown[] = [];
  const deps = {
    roles: { grantShopkeeper: async (userId: string) => void heard.push(userId) },
    followers: { decided: async ({ version }: { version: number }) => void heard.push(version) },
    workflows: { approvalChanged: async (decided: unknown) => void heard.push(decided) },
  };
  const decided = { shopId: 's1', decision: 'approved', version: 3, decidedBy: 'a1' } as const;
  await deliverEvent(deps, { topic: 'shop.registered', key: 'u1', payload: { shopId: 's1', ownerId: 'u1' } });
  await deliverEvent(deps, { topic: 'shop.decided', key: 's1', payload: decided });
  assert.deepEqual(heard, ['u1', decided, 3]);

  const noOffers = { ...deps, followers: { decided: () => Promise.reject(new Error('closed')) } };
  await assert.rejects(deliverEvent(noOffers, { topic: 'shop.decided', key: 's1', payload: decided }), /closed/);
  const away = { ...deps, workflows: { approvalChanged: () => Promise.reject(new Error('away')) } };
  await assert.rejects(deliverEvent(away, { topic: 'shop.decided', key: 's1', payload: decided }), /away/);
});
