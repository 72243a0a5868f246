import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { DomainError } from '@doffers/errors';
import { createLogger } from '@doffers/process';
import { CodeService } from '@doffers/proto/notification/v1/code_service';
import { fixedClock, startTestServer, type TestServer } from '@doffers/testkit';
import { aPhone, start } from '../test/samples.ts';
import { createCodeSender } from './code-sender.ts';

describe('the code sender', () => {
  let server: TestServer;
  let refusal: DomainError | undefined;
  const received: string[] = [];
  before(async () => {
    server = await startTestServer('notification', (serve) =>
      serve(CodeService, {
        async sendCode({ phone, code }) {
          if (refusal) throw refusal;
          received.push(`${phone} ${code}`);
          return { providerId: 'p1' };
        },
      }),
    );
  });
  after(() => server.stop());

  const newSender = () => {
    const now = fixedClock(start);
    const log = createLogger({ name: 'auth', level: 'error' });
    return { ...createCodeSender({ codes: server.service(CodeService), log, now }), now };
  };

  it('hands a code to the notification service', async () => {
    await newSender().send(aPhone, '123456');
    assert.deepEqual(received, [`${aPhone} 123456`]);
  });

  it('says that codes are unavailable, whatever went wrong behind it', async () => {
    for (const code of ['unavailable', 'failed_precondition'] as const) {
      refusal = new DomainError(code, 'PROVIDER_TROUBLE', 'no');
      await assert.rejects(newSender().send(aPhone, '123456'), { code: 'unavailable', reason: 'OTP_UNAVAILABLE' });
    }
    refusal = undefined;
  });

  it('refuses the next codes for ten seconds after one in the background has failed', async () => {
    refusal = new DomainError('unavailable', 'PROVIDER_UNAVAILABLE', 'no');
    const sender = newSender();
    let failures = 0;
    sender.sendInBackground(aPhone, '123456', () => failures++);
    sender.assertWorking();
    await sender.close();
    assert.equal(failures, 1);
    assert.throws(() => sender.assertWorking(), { reason: 'OTP_UNAVAILABLE', retryAfterSeconds: 10 });
    sender.now.advance(10_000);
    sender.assertWorking();
    refusal = undefined;
  });
});
