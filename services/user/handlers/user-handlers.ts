import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { ProfileSchema, type UserService } from '@doffers/proto/user/v1/user_service';
import { etagOf } from '@doffers/resource';
import { type CallContext, type Handlers, requireUser, validateMessage } from '@doffers/rpc';
import type { Profile, ProfileDetails } from '../domain/profile.ts';
import { createProfile } from '../usecases/create-profile.ts';
import type { Deps } from '../usecases/deps.ts';
import { getMe, getProfile } from '../usecases/read-profile.ts';
import { updateMe } from '../usecases/update-me.ts';

/** Translates UserService between protobuf and the use cases; holds no rule of its own. */
export function createUserHandlers(deps: Deps): Handlers<typeof UserService> {
  const answer = (profile: Profile, context: CallContext) => {
    context.setHeader('etag', etagOf(profile.version));
    return toMessage(profile);
  };
  return {
    async getMe(_request, context) {
      return answer(await getMe(deps, requireUser(context).userId), context);
    },
    async updateMe({ profile: patch = create(ProfileSchema), updateMask }, context) {
      const profile = await updateMe(deps, requireUser(context).userId, {
        etag: patch.etag,
        paths: updateMask?.paths ?? [],
        patch: { name: patch.name, pincode: patch.pincode, address: patch.address },
        validate: (merged: ProfileDetails) => validateMessage(ProfileSchema, create(ProfileSchema, merged)),
      });
      return answer(profile, context);
    },
    async getProfile({ userId }) {
      return toMessage(await getProfile(deps, userId));
    },
    async createProfile({ userId, name, pincode, city, address }) {
      return toMessage(await createProfile(deps, { userId, name, pincode, city, address }));
    },
  };
}

function toMessage(profile: Profile): MessageInitShape<typeof ProfileSchema> {
  const { id: userId, name, pincode, city, state, address } = profile;
  return {
    userId,
    name,
    pincode,
    city,
    state,
    address,
    createTime: timestampFromDate(profile.createdAt),
    updateTime: timestampFromDate(profile.updatedAt),
    etag: etagOf(profile.version),
  };
}
