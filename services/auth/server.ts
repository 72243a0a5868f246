import { newId, startOutboxRelay } from '@doffers/database';
import { createRedis, parseConfig } from '@doffers/process';
import { AuthService } from '@doffers/proto/auth/v1/auth_service';
import { SecondFactorService } from '@doffers/proto/auth/v1/second_factor_service';
import { CodeService } from '@doffers/proto/notification/v1/code_service';
import { UserService } from '@doffers/proto/user/v1/user_service';
import { runInCall } from '@doffers/rpc';
import { runService } from '@doffers/service';
import { Counter } from 'prom-client';
import { createCodeSender } from './clients/code-sender.ts';
import { createProfileWriter } from './clients/profile-writer.ts';
import { config } from './config.ts';
import { phoneLimits } from './domain/send-limits.ts';
import { publishedMaxAgeSeconds } from './domain/signing-key.ts';
import { createAuthHandlers } from './handlers/auth-handlers.ts';
import { createSecondFactorHandlers } from './handlers/second-factor-handlers.ts';
import { createAuthStore } from './repositories/auth-store.ts';
import { createChallengeRepository } from './repositories/challenge-repository.ts';
import { readEvent } from './repositories/event-repository.ts';
import { createLastCodeRepository } from './repositories/last-code-repository.ts';
import { createRevocationList } from './repositories/revocation-list.ts';
import { createSendLimitRepository } from './repositories/send-limit-repository.ts';
import { createSigningKeyRepository } from './repositories/signing-key-repository.ts';
import { tables } from './repositories/tables.ts';
import { fieldCipher, givenSigningKey, refreshKey, testCodes } from './secrets.ts';
import { deliverEvent } from './usecases/deliver-event.ts';
import type { OtpResult } from './usecases/deps.ts';
import { createKeyRing } from './usecases/key-ring.ts';
import { ensureSigningKey, rotateSigningKeys } from './usecases/rotate-signing-keys.ts';

const environment = parseConfig(config);
const rotationMs = 3_600_000;

runService({
  name: 'auth',
  config: environment,
  database: { ...tables },
  async build({ db, log, metrics, client, serve, check, opsRoute, onStop }) {
    const now = () => new Date();
    const cipher = fieldCipher(environment);
    const redis = createRedis(environment.REDIS_URL, log);
    onStop('redis', () => redis.disconnect());
    check('redis', () => redis.ping());

    const store = createAuthStore(db, cipher);
    const signingKeys = createSigningKeyRepository(db, cipher);
    const keys = createKeyRing({
      keys: signingKeys,
      now,
      onStale: (err) => log.warn({ err }, 'signing keys are stale'),
    });
    await ensureSigningKey({ signingKeys, keys, store, now }, await givenSigningKey(environment.KEYS_DIR));
    // Every process does it, which is harmless: a step is taken once, and only when it is time.
    const rotate = () => rotateSigningKeys({ signingKeys, keys, store, now }, { atOnce: false, actorId: undefined });
    await rotate();
    const timer = setInterval(
      () => void rotate().catch((err: unknown) => log.warn({ err }, 'the signing keys could not be rotated')),
      rotationMs,
    );
    onStop('key rotation', () => clearInterval(timer));

    const codes = createCodeSender({ codes: client(CodeService), log, now });
    onStop('codes under way', () => codes.close());
    const requests = new Counter({
      name: 'doffers_otp_requests_total',
      help: 'One-time codes asked for and told back, by how that ended.',
      labelNames: ['result'],
      registers: [metrics],
    });

    const sandbox = environment.DOFFERS_MODE === 'sandbox';
    const { OTP_PEPPER, OTP_PEPPER_PREVIOUS } = environment;
    const deps = {
      store,
      signingKeys,
      keys,
      codes,
      challenges: createChallengeRepository(redis, cipher),
      sendLimits: createSendLimitRepository(redis, cipher, {
        ...phoneLimits,
        perAddressHour: environment.OTP_PER_ADDRESS_HOUR,
        perNetworkHour: environment.OTP_PER_NETWORK_HOUR,
        perHour: environment.OTP_PER_HOUR,
      }),
      revocations: createRevocationList(redis, log),
      lastCodes: sandbox ? createLastCodeRepository(redis, cipher) : undefined,
      otpPeppers: [OTP_PEPPER, ...(OTP_PEPPER_PREVIOUS ? [OTP_PEPPER_PREVIOUS] : [])] as const,
      refreshKey: refreshKey(environment),
      adminsNeedSecondFactor: !sandbox,
      testCodes: testCodes(environment.AUTH_TEST_OTPS),
      newId,
      now,
      countOtp: (result: OtpResult) => requests.inc({ result }),
    };
    serve(AuthService, createAuthHandlers(deps));
    serve(SecondFactorService, createSecondFactorHandlers(deps));
    opsRoute('/.well-known/jwks.json', async () => ({
      contentType: 'application/json',
      headers: { 'cache-control': `public, max-age=${publishedMaxAgeSeconds}` },
      body: JSON.stringify(await keys.published()),
    }));

    const profiles = createProfileWriter(client(UserService));
    const relay = startOutboxRelay({
      db,
      log,
      metrics,
      deliver: (message) =>
        runInCall({ requestId: `outbox.auth.${message.id}` }, () =>
          deliverEvent({ profiles }, readEvent(message, cipher)),
        ),
    });
    onStop('outbox relay', () => relay.stop());
  },
});
