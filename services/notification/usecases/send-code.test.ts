import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SmsMessage, SmsOutcome } from '../clients/sms.ts';
import { sendCode } from './send-code.ts';

/** A provider that gives these answers in turn. */
const setUp = (...outcomes: SmsOutcome[]) => {
  const sent: SmsMessage[] = [];
  const sms = {
    async send(message: SmsMessage) {
      const outcome = outcomes[sent.length];
      if (outcome === undefined) throw new Error('asked more often than expected');
      sent.push(message);
      return outcome;
    },
  };
  const deps = { sms, senderId: 'DOFFER', templateId: '1107160000000000001', newId: () => 'ref-1' };
  const send = (signal = new AbortController().signal) =>
    sendCode(deps, { phone: '+919876543210', code: '012345', signal });
  return { sent, send };
};

const accepted = { kind: 'accepted', providerId: 'sms-1' } as const;
const unknown = { kind: 'unknown', reason: 'deadline' } as const;

describe('sendCode', () => {
  it('sends the registered text with the code in it', async () => {
    const { sent, send } = setUp(accepted);
    assert.equal(await send(), 'sms-1');
    assert.deepEqual(sent, [
      {
        to: '+919876543210',
        type: 'OTP',
        templateId: '1107160000000000001',
        text: '012345 is your D-Offers code. It is valid for 5 minutes. Do not share it with anyone. -DOFFER',
        reference: 'ref-1',
      },
    ]);
  });

  it('sends once more what may not have been sent, with the same reference', async () => {
    for (const first of [unknown, { kind: 'retry', code: 'not_sent' } as const]) {
      const { sent, send } = setUp(first, accepted);
      assert.equal(await send(), 'sms-1');
      assert.deepEqual(sent[0], sent[1]);
    }
  });

  it('gives up after the second time', async () => {
    const { send } = setUp(unknown, unknown);
    await assert.rejects(send(), { code: 'unavailable', reason: 'PROVIDER_UNAVAILABLE' });
  });

  it('passes on how long the provider wants to be left alone, without asking again', async () => {
    const { send } = setUp({ kind: 'retry', code: 'RBC429', retryAfterMs: 1_500 });
    await assert.rejects(send(), { reason: 'PROVIDER_UNAVAILABLE', retryAfterSeconds: 2 });
  });

  it('does not repeat for a caller who is gone', async () => {
    const { sent, send } = setUp(unknown);
    await assert.rejects(send(AbortSignal.abort()), { reason: 'PROVIDER_UNAVAILABLE' });
    assert.equal(sent.length, 1);
  });

  it('says when the provider refuses for good, and why', async () => {
    const refusals = [
      { kind: 'failed', code: 'RBC102', fields: ['to'] },
      { kind: 'stop_sender', code: 'RBC401' },
    ] as const;
    for (const refusal of refusals) {
      const { send } = setUp(refusal);
      await assert.rejects(send(), {
        code: 'failed_precondition',
        reason: 'PROVIDER_REFUSED',
        info: { providerCode: refusal.code },
      });
    }
  });
});
