import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPush } from './check-message.ts';

const token = `cSandboxDevice00000000:APA91b${'0'.repeat(100)}`;
const refusalOf = (message: object, more: object = {}) => {
  const checked = checkPush({ message: { token, ...message }, ...more });
  if (!('status' in checked)) return undefined;
  const { error } = checked.body as { error: { message: string; details: { '@type': string }[] } };
  return { text: error.message, kinds: error.details.map((detail) => detail['@type'].split('.').at(-1)) };
};

test('a complete message passes, with the collapse id from any of its places', () => {
  const full = {
    notification: { title: 'a', body: 'b' },
    data: { mid: 'd1' },
    android: { priority: 'HIGH', ttl: '86400s', collapse_key: 'd1', notification: { tag: 'd1' } },
    apns: {
      headers: { 'apns-collapse-id': 'd1', 'apns-priority': '10', 'apns-expiration': '1' },
      payload: { aps: {} },
    },
  };
  assert.deepEqual(checkPush({ message: { token, ...full } }), { target: token, collapseId: 'd1' });
  assert.deepEqual(checkPush({ message: { token, data: { mid: 'd2' } } }), { target: token, collapseId: 'd2' });
});

const badRequests: [string, object][] = [
  ['an unknown name', { key: 'x' }],
  ['an unknown name deep inside', { android: { notification: { tagg: 'x' } } }],
  ['a data value that is no text', { data: { count: 1 } }],
  ['a lifetime without its unit', { android: { ttl: 3600 } }],
  ['a lifetime of more than four weeks', { android: { ttl: '2419201s' } }],
  ['a priority that does not exist', { android: { priority: 'URGENT' } }],
  ['a collapse id of more than 64 bytes', { apns: { headers: { 'apns-collapse-id': 'x'.repeat(65) } } }],
  ['an apns priority that does not exist', { apns: { headers: { 'apns-priority': '7' } } }],
  ['two targets', { topic: 'all' }],
];
for (const [name, message] of badRequests) {
  test(`${name} is a bad request that blames no token`, () => {
    assert.deepEqual(refusalOf(message)?.kinds, ['BadRequest']);
  });
}

test('an unknown name is told in the words that people search for', () => {
  assert.equal(
    refusalOf({ key: 'x' })?.text,
    `Invalid JSON payload received. Unknown name "key" at 'message': Cannot find field.`,
  );
});

test('a wrong token, a reserved data key and a payload of more than 4096 bytes are FCM errors', () => {
  const wrongToken = refusalOf({ token: 'short' });
  assert.deepEqual(wrongToken?.kinds, ['FcmError']);
  assert.match(wrongToken?.text ?? '', /not a valid FCM registration token/);
  assert.deepEqual(refusalOf({ data: { from: 'x' } })?.kinds, ['FcmError']);
  assert.match(refusalOf({ data: { x: 'y'.repeat(4096) } })?.text ?? '', /too big/);
  assert.equal(refusalOf({ data: { x: 'y'.repeat(4095) } }), undefined);
});
