import { createRedis, databaseConfig, parseConfig, redisConfig, serviceConfig } from '@doffers/process';
import { PlaceService } from '@doffers/proto/user/v1/place_service';
import type { QueryRunner } from 'typeorm';
import { runService } from '../index.ts';

class Visits1795400000000 {
  readonly name = 'Visits1795400000000';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE visit (pincode CHAR(6) NOT NULL)');
  }
  async down(): Promise<void> {}
}

/** A service as small as one can be; `run-service.itest.ts` starts it and takes its servers away. */
const config = parseConfig(serviceConfig('user', { ...databaseConfig, ...redisConfig }));
runService({
  name: 'user',
  config,
  database: { entities: [], migrations: [Visits1795400000000] },
  build({ db, log, serve, check, opsRoute, onStop }) {
    const redis = createRedis(config.REDIS_URL, log);
    onStop('redis', () => redis.disconnect());
    check('redis', () => redis.ping());
    opsRoute('/hello', () => ({ contentType: 'text/plain', body: 'hello' }));
    serve(PlaceService, {
      async getPincode({ pincode }) {
        await db.query('INSERT INTO visit VALUES (?)', [pincode]);
        return { pincode };
      },
      searchPincodes: async () => ({}),
      findUnknownPincodes: async () => ({}),
      listNearbyPincodes: async () => ({}),
    });
  },
});
