import { newId, startOutboxRelay } from '@doffers/database';
import { parseConfig } from '@doffers/process';
import { AuthService } from '@doffers/proto/auth/v1/auth_service';
import { PlaceService } from '@doffers/proto/user/v1/place_service';
import { ShopService } from '@doffers/proto/user/v1/shop_service';
import { UserService } from '@doffers/proto/user/v1/user_service';
import { runInCall } from '@doffers/rpc';
import { runService } from '@doffers/service';
import { createShopWorkflows, createTemporalClient } from '@doffers/temporal';
import { builtInDirectory } from './clients/directory-files.ts';
import { createRoleGrants } from './clients/role-grants.ts';
import { config } from './config.ts';
import { actorOf, type UserEvent } from './domain/events.ts';
import { createPlaceHandlers } from './handlers/place-handlers.ts';
import { createShopHandlers } from './handlers/shop-handlers.ts';
import { createUserHandlers } from './handlers/user-handlers.ts';
import { createDirectoryStore } from './repositories/directory-store.ts';
import { createPincodeDirectory } from './repositories/pincode-directory.ts';
import { createProfileRepository } from './repositories/profile-repository.ts';
import { createShopRepository } from './repositories/shop-repository.ts';
import { tables } from './repositories/tables.ts';
import { deliverEvent } from './usecases/deliver-event.ts';
import { loadDirectory } from './usecases/load-directory.ts';

const environment = parseConfig(config);

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

    const { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace } = environment;
    const temporal = createTemporalClient({ address, namespace });
    onStop('temporal', () => temporal.connection.close());
    const workflows = createShopWorkflows(temporal);
    const relay = startOutboxRelay({
      db,
      log,
      metrics,
      deliver: ({ id, ...announced }) => {
        const event = announced as UserEvent;
        const call = { requestId: `outbox.user.${id}`, actorId: actorOf(event) };
        return runInCall(call, () => deliverEvent({ roles, workflows }, event));
      },
    });
    onStop('outbox relay', () => relay.stop());
  },
});
