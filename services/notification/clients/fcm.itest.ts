import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { eventually, type SandboxProcess, startSandboxProcess } from '@doffers/testkit';
import { createFcm, type Fcm, type FcmOptions, type PushMessage, type PushOutcome } from './fcm.ts';
import { readServiceAccount } from './google-credential.ts';

const campaign = '0192f3aa-0000-7000-8000-000000000002';
/** Devices have the fate that their token ends in. */
const deviceOf = (fate: string) => `cSandboxDevice00000000:APA91b${'0'.repeat(100)}-${fate}`;
const push: PushMessage = {
  device: { token: deviceOf('1') },
  deliveryId: `${campaign}.p.1`,
  title: 'Chai Point',
  body: '20% off on all snacks',
  data: { link: 'offers/1' },
};

describe('the FCM adapter', () => {
  let sandbox: SandboxProcess;
  let options: FcmOptions;
  let fcm: Fcm;

  before(async () => {
    sandbox = await startSandboxProcess();
    const ca = await readFile(join(sandbox.keysDir, 'sandbox-ca.crt'), 'utf8');
    options = {
      serviceAccount: await readServiceAccount(join(sandbox.keysDir, 'sandbox-fcm.json')),
      endpoint: { host: '127.0.0.1', port: sandbox.tlsPort, ca },
    };
    fcm = createFcm(options);
  });
  after(async () => {
    await fcm.close();
    await sandbox.stop();
  });
  beforeEach(async () => {
    await sandbox.control('DELETE', '/faults');
    await sandbox.control('DELETE', '/settings');
    await sandbox.control('POST', '/recorder:reset');
  });

  const accepted = () => sandbox.recorded('messages', { campaign, channel: 'push' });
  const scripted = async (action: object, patient = fcm) => {
    await sandbox.script([{ match: { provider: 'fcm', campaign }, action }]);
    return patient.send(push);
  };
  const posts = async () => {
    const [fault] = (await sandbox.control('GET', '/faults')) as { matched: number }[];
    return fault?.matched;
  };

  test('a push is accepted under the collapse id of its delivery', async () => {
    const outcome = await fcm.send(push);
    assert.ok(outcome.kind === 'accepted');
    assert.match(outcome.providerId, /^0:\d+%[0-9a-f]+$/);
    const [message] = await accepted();
    assert.equal(message?.providerId, outcome.providerId);
    assert.equal(message?.delivery, push.deliveryId);
  });

  test('a device may be named by its installation id', async () => {
    const device = { installationId: `fSandbox${'0'.repeat(30)}` };
    assert.equal((await fcm.send({ ...push, device })).kind, 'accepted');
  });

  const table: [string, PushOutcome][] = [
    ['UNREGISTERED', { kind: 'failed', code: 'registration-token-not-registered', class: 'token_dead' }],
    ['INVALID_ARGUMENT', { kind: 'failed', code: 'invalid-argument', class: 'token_dead' }],
    ['SENDER_ID_MISMATCH', { kind: 'failed', code: 'mismatched-credential', class: 'wrong_sender' }],
    ['QUOTA_EXCEEDED', { kind: 'retry', code: 'message-rate-exceeded', retryAfterMs: 60_000 }],
    ['INTERNAL', { kind: 'retry', code: 'internal-error' }],
    ['THIRD_PARTY_AUTH_ERROR', { kind: 'pause_campaign', code: 'third-party-auth-error' }],
  ];
  for (const [fate, expected] of table) {
    test(`${fate} means ${JSON.stringify(expected)}`, async () => {
      assert.deepEqual(await fcm.send({ ...push, device: { token: deviceOf(fate) } }), expected);
      assert.deepEqual(await accepted(), []);
    });
  }

  test('an installation id whose app is gone is as dead as a token', async () => {
    const device = { installationId: `fSandbox${'0'.repeat(30)}-UNREGISTERED` };
    assert.deepEqual(await fcm.send({ ...push, device }), {
      kind: 'failed',
      code: 'installation-id-not-registered',
      class: 'token_dead',
    });
  });

  test('UNAVAILABLE is a retry after the SDK has given up on it', async () => {
    const outcome = await scripted({ type: 'error', code: 'UNAVAILABLE', retryAfterSeconds: 0 });
    assert.deepEqual(outcome, { kind: 'retry', code: 'server-unavailable', retryAfterMs: 0 });
    assert.equal(await posts(), 5);
  });

  test('the wait that FCM asks for is passed on', async () => {
    assert.deepEqual(await scripted({ type: 'error', code: 'QUOTA_EXCEEDED', retryAfterSeconds: 7 }), {
      kind: 'retry',
      code: 'message-rate-exceeded',
      retryAfterMs: 7000,
    });
  });

  test('above the quota of the project FCM says so, and has not accepted', async () => {
    await sandbox.control('PATCH', '/settings', { fcm: { ratePerMinute: 2 } });
    const kinds = [];
    for (let index = 0; index < 3; index++) kinds.push((await fcm.send(push)).kind);
    assert.deepEqual(kinds, ['accepted', 'accepted', 'retry']);
    assert.equal((await accepted()).length, 2);
  });

  test("a field that FCM does not take is our fault, never the token's", async () => {
    const outcome = await fcm.send({ ...push, ttlSeconds: 2_419_201 });
    assert.deepEqual(outcome, { kind: 'failed', code: 'invalid-argument', class: 'payload' });
    const longId = await fcm.send({ ...push, deliveryId: 'x'.repeat(65) });
    assert.deepEqual(longId, { kind: 'failed', code: 'invalid-argument', class: 'payload' });
  });

  test('a message that is too big is not sent and costs no token', async () => {
    const outcome = await fcm.send({ ...push, body: 'ब'.repeat(1400) });
    assert.deepEqual(outcome, { kind: 'failed', code: 'payload-size-limit-exceeded', class: 'payload' });
  });

  test('a token that never was one is dead', async () => {
    const outcome = await fcm.send({ ...push, device: { token: 'not a token' } });
    assert.deepEqual(outcome, { kind: 'failed', code: 'invalid-argument', class: 'token_dead' });
  });

  test('a service account of somebody else pauses the campaign', async () => {
    const clientEmail = 'x@other.iam.gserviceaccount.com';
    const stranger = createFcm({ ...options, serviceAccount: { ...options.serviceAccount, clientEmail } });
    assert.equal((await stranger.send(push)).kind, 'pause_campaign');
    await stranger.close();
  });

  test('a token server that is down is no reason to pause: nothing was sent, so it may be tried again', async () => {
    await sandbox.script([{ match: { provider: 'fcm', path: '/token' }, action: { type: 'status', status: 503 } }]);
    const fresh = createFcm(options);
    assert.deepEqual(await fresh.send(push), { kind: 'retry', code: 'not_sent' });
    await fresh.close();
  });

  test('a project that the account may not use pauses the campaign and costs no token', async () => {
    const other = createFcm({ ...options, projectId: 'another-project' });
    assert.deepEqual(await other.send(push), { kind: 'pause_campaign', code: 'mismatched-credential' });
    await other.close();
  });

  test('silence ends at our own deadline, and the outcome is unknown', async () => {
    const impatient = createFcm({ ...options, deadlineMs: 300 });
    await impatient.send(push);
    assert.deepEqual(await scripted({ type: 'hang-after-accept' }, impatient), { kind: 'unknown', reason: 'deadline' });
    assert.equal((await accepted()).length, 2);
    await impatient.close();
  });

  test('an answer after the deadline leaves the outcome unknown though it was accepted', async () => {
    const impatient = createFcm({ ...options, deadlineMs: 300 });
    await impatient.send(push); // fetches its access token, which may take the whole deadline
    assert.deepEqual(await scripted({ type: 'latency', ms: 900 }, impatient), { kind: 'unknown', reason: 'deadline' });
    await eventually(async () => assert.equal((await accepted()).length, 2));
    await impatient.close();
  });

  test('cut connections are repeated by the SDK itself under the same collapse id', async () => {
    await sandbox.script([{ match: { provider: 'fcm', campaign }, action: { type: 'cut-after-accept' }, times: 2 }]);
    assert.equal((await fcm.send(push)).kind, 'accepted');
    const messages = await accepted();
    assert.equal(messages.length, 3);
    assert.deepEqual(new Set(messages.map((message) => message.delivery)), new Set([push.deliveryId]));
  });

  test('a connection that keeps being cut leaves the outcome unknown', async () => {
    const impatient = createFcm({ ...options, deadlineMs: 10_000 });
    assert.deepEqual(await scripted({ type: 'cut' }, impatient), { kind: 'unknown', reason: 'cut' });
    await impatient.close();
  });

  test('when nobody listens nothing was sent, so it may be tried again', async () => {
    const nowhere = createFcm({ ...options, endpoint: { host: '127.0.0.1', port: 9, ca: options.endpoint?.ca ?? '' } });
    assert.deepEqual(await nowhere.send(push), { kind: 'retry', code: 'not_sent' });
    await nowhere.close();
  });

  test('a bare 500 of a machine in between may be tried again: a push is shown once', async () => {
    assert.deepEqual(await scripted({ type: 'status', status: 500, body: 'html' }), {
      kind: 'retry',
      code: 'internal-error',
    });
  });

  test('half an answer leaves the outcome unknown', async () => {
    assert.equal((await scripted({ type: 'truncated-body' })).kind, 'unknown');
    assert.equal((await accepted()).length, 1);
  });
});
