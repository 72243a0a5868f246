import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { paiseFromInt64 } from '@doffers/money';
import type { PackAdminService, PackVersionSchema } from '@doffers/proto/payment/v1/pack_admin_service';
import { etagOf } from '@doffers/resource';
import { type CallContext, type Handlers, requireUser } from '@doffers/rpc';
import type { PackCommand, PackVersion } from '../domain/pack-version.ts';
import { type CatalogueDeps, changePack } from '../usecases/change-pack.ts';
import { listCatalogue, listPackVersions } from '../usecases/read-catalogue.ts';
import { messageUnitsFrom, packMessage } from './pack-message.ts';

/** Translates PackAdminService between protobuf and the use cases; holds no rule of its own. */
export function createPackAdminHandlers(deps: CatalogueDeps): Handlers<typeof PackAdminService> {
  const change = async (command: PackCommand, context: CallContext) => {
    const version = versionMessage(await changePack(deps, requireUser(context), command));
    context.setHeader('etag', version.etag);
    return version;
  };
  return {
    listCatalogue: async () => ({ packs: (await listCatalogue(deps)).map(versionMessage) }),
    createPack({ requestId, packId: id, name, offers, messages, pricePaise, validDays }, context) {
      const price = paiseFromInt64(pricePaise);
      const pack = { id, name, offers, messages: messageUnitsFrom(messages), price, validDays };
      return change({ deed: 'create', requestId, pack }, context);
    },
    repricePack({ packId, requestId, etag, pricePaise }, context) {
      return change({ deed: 'reprice', requestId, packId, etag, price: paiseFromInt64(pricePaise) }, context);
    },
    retirePack({ packId, requestId, etag }, context) {
      return change({ deed: 'retire', requestId, packId, etag }, context);
    },
    async listPackVersions({ packId }) {
      return { versions: (await listPackVersions(deps, packId)).map(versionMessage) };
    },
  };
}

function versionMessage({ pack, version, onSale, actorId = '', createdAt }: PackVersion) {
  return {
    pack: packMessage(pack),
    version,
    onSale,
    etag: etagOf(version),
    actorId,
    createTime: timestampFromDate(createdAt),
  } satisfies MessageInitShape<typeof PackVersionSchema>;
}
