import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFaultScript, type Fault, faultScriptSchema } from './fault-script.ts';

const subject = { provider: 'whatsapp', path: '/v23.0/1/messages', phone: '919800000001', campaign: 'c1' } as const;
const hang: Fault['action'] = { type: 'hang' };
const scriptOf = (...faults: object[]) => {
  const script = createFaultScript();
  script.add(faultScriptSchema.parse(faults));
  return script;
};
const strikes = (script: ReturnType<typeof createFaultScript>, count: number) =>
  Array.from({ length: count }, () => script.draw(subject).request?.type);

test('nothing happens without a script', () => {
  assert.deepEqual(createFaultScript().draw(subject), { webhooks: [] });
});

test('a fault strikes only what fits in every respect', () => {
  const misses: object[] = [
    { provider: 'fcm' },
    { provider: 'whatsapp', path: '/message_templates' },
    { provider: 'whatsapp', phoneSuffix: '0002' },
    { provider: 'whatsapp', tokenSuffix: '0001' },
    { provider: 'whatsapp', campaign: 'c2' },
    { provider: 'whatsapp', campaign: 'c1', phoneSuffix: '9' },
  ];
  for (const match of misses) assert.deepEqual(strikes(scriptOf({ match, action: hang }), 1), [undefined]);
  const match = { provider: 'whatsapp', path: '/messages', phoneSuffix: '0001', campaign: 'c1' };
  assert.deepEqual(strikes(scriptOf({ match, action: hang }), 1), ['hang']);
});

test('nth is one request, every is each so many, times is an end', () => {
  const match = { provider: 'whatsapp' };
  const [no, yes] = [undefined, 'hang'];
  assert.deepEqual(strikes(scriptOf({ match: { ...match, nth: 2 }, action: hang }), 4), [no, yes, no, no]);
  assert.deepEqual(strikes(scriptOf({ match: { ...match, every: 2 }, action: hang }), 4), [no, yes, no, yes]);
  assert.deepEqual(strikes(scriptOf({ match, action: hang, times: 2 }), 4), [yes, yes, no, no]);
});

test('the first fitting fault decides the request, and all decide about the webhooks', () => {
  const match = { provider: 'whatsapp' };
  const script = scriptOf(
    { match, action: { type: 'cut' }, times: 1 },
    { match, action: hang },
    { match, action: { type: 'webhook-lost' } },
    { match, action: { type: 'webhook-late', ms: 5 } },
  );
  const plan = script.draw(subject);
  assert.equal(plan.request?.type, 'cut');
  assert.deepEqual(
    plan.webhooks.map(({ type }) => type),
    ['webhook-lost', 'webhook-late'],
  );
  assert.equal(script.draw(subject).request?.type, 'hang');
});

test('the list tells how often each fault fitted and struck', () => {
  const script = scriptOf({ match: { provider: 'whatsapp', every: 2 }, action: hang });
  strikes(script, 5);
  const [fault] = script.list();
  assert.deepEqual([fault?.matched, fault?.acted], [5, 2]);
});

test('a script with a typing error is refused, since a fault that never strikes proves nothing', () => {
  const match = { provider: 'whatsapp' };
  const wrong: object[] = [
    { match: { provider: 'whatsup' }, action: hang },
    { match: { ...match, campain: 'c1' }, action: hang },
    { match, action: { type: 'hangs' } },
    { match, action: { type: 'webhook-late' } },
    { match, action: hang, time: 1 },
  ];
  for (const fault of wrong) assert.equal(faultScriptSchema.safeParse([fault]).success, false, JSON.stringify(fault));
});
