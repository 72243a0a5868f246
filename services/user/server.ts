import { createFieldCipher, newId, startOutboxRelay } from '@doffers/database';
import { createRedis, parseConfig } from '@doffers/process';
import { AuthService } from '@doffers/proto/auth/v1/auth_service';
import { OfferService } from '@doffers/proto/offer/v1/offer_service';
import { AudienceService } from '@doffers/proto/user/v1/audience_service';
import { ConsentService } from '@doffers/proto/user/v1/consent_service';
import { ContactService } from '@doffers/proto/user/v1/contact_service';
import { PlaceService } from '@doffers/proto/user/v1/place_service';
import { ShopService } from '@doffers/proto/user/v1/shop_service';
import { UserService } from '@doffers/proto/user/v1/user_service';
import { runInCall } from '@doffers/rpc';
import { runService } from '@doffers/service';
import { createShopWorkflows, createTemporalClient } from '@doffers/temporal';
import { createAccountReader } from './clients/account-reader.ts';
import { createCountCache } from './clients/count-cache.ts';
import { builtInDirectory } from './clients/directory-files.ts';
import { createRoleGrants } from './clients/role-grants.ts';
import { createShopFollowers } from './clients/shop-followers.ts';
import { config } from './config.ts';
import { actorOf, type UserEvent } from './domain/events.ts';
import { createAudienceHandlers } from './handlers/audience-handlers.ts';
import { createConsentHandlers } from './handlers/consent-handlers.ts';
import { createContactHandlers } from './handlers/contact-handlers.ts';
import { createPlaceHandlers } from './handlers/place-handlers.ts';
import { createShopHandlers } from './handlers/shop-handlers.ts';
import { createUserHandlers } from './handlers/user-handlers.ts';
import { createAudienceRepository } from './repositories/audience-repository.ts';
import { createContactRepository } from './repositories/contact-repository.ts';
import { createCustomerRepository } from './repositories/customer-repository.ts';
import { createDirectoryStore } from './repositories/directory-store.ts';
import { createMemberRepository } from './repositories/member-repository.ts';
import { createPincodeDirectory } from './repositories/pincode-directory.ts';
import { createProfileRepository } from './repositories/profile-repository.ts';
import { createShopRepository } from './repositories/shop-repository.ts';
import { tables } from './repositories/tables.ts';
import { deliverEvent } from './usecases/deliver-event.ts';
import { deleteExpiredAudiences } from './usecases/keep-audience.ts';
import { loadDirectory } from './usecases/load-directory.ts';

const environment = parseConfig(config);
const audienceSweepMs = 300_000;

runService({
  name: 'user',
  config: environment,
  database: { ...tables },
  async build({ db, log, metrics, client, serve, onStop }) {
    const now = () => new Date();
    const loaded = await loadDirectory({ directories: createDirectoryStore(db), now }, await builtInDirectory());
    if (loaded.outcome === 'loaded') log.info({ pincodes: loaded.pincodes }, 'built-in PIN directory loaded');

    const roles = createRoleGrants(client(AuthService), log);
    const directory = createPincodeDirectory(db);
    const shops = createShopRepository(db);
    const profiles = createProfileRepository(db);
    const deps = { shops, profiles, directory, roles, newId, now };
    serve(ShopService, createShopHandlers(deps));
    serve(UserService, createUserHandlers(deps));
    serve(PlaceService, createPlaceHandlers({ directory }));

    const { DATA_KEY: dataKey, INDEX_KEY: indexKey, FREQUENCY_CAP: cap } = environment;
    const cipher = createFieldCipher({ dataKey, indexKey });
    const redis = createRedis(environment.REDIS_URL, log);
    onStop('redis', () => redis.disconnect());
    const customers = createCustomerRepository(db, cipher);
    const audiences = createAudienceRepository(db, cap);
    const members = createMemberRepository(db, cipher, cap);
    const estimates = createCountCache(redis);
    serve(AudienceService, createAudienceHandlers({ audiences, members, customers, directory, estimates, now }));
    const accounts = createAccountReader(client(AuthService));
    serve(ConsentService, createConsentHandlers({ customers, profiles, accounts, newId, now }));
    const contacts = createContactRepository(db, cipher);
    serve(ContactService, createContactHandlers({ contacts, customers, accounts, now }));

    const sweep = setInterval(
      () =>
        void deleteExpiredAudiences({ audiences, now }).catch((err: unknown) =>
          log.warn({ err }, 'expired audiences could not be deleted'),
        ),
      audienceSweepMs,
    );
    onStop('deletion of expired audiences', () => clearInterval(sweep));

    const { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace } = environment;
    const temporal = createTemporalClient({ address, namespace });
    onStop('temporal', () => temporal.connection.close());
    const workflows = createShopWorkflows(temporal);
    const followers = createShopFollowers(client(OfferService));
    const relay = startOutboxRelay({
      db,
      log,
      metrics,
      deliver: ({ id, ...announced }) => {
        const event = announced as UserEvent;
        const call = { requestId: `outbox.user.${id}`, actorId: actorOf(event) };
        return runInCall(call, () => deliverEvent({ roles, followers, workflows }, event));
      },
    });
    onStop('outbox relay', () => relay.stop());
  },
});
