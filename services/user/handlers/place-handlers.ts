import type { MessageInitShape } from '@bufbuild/protobuf';
import { Pincode_Confidence, type PincodeSchema, type PlaceService } from '@doffers/proto/user/v1/place_service';
import type { Handlers } from '@doffers/rpc';
import type { Confidence, Pincode } from '../domain/pincode/directory.ts';
import type { PincodeDirectory } from '../repositories/pincode-directory.ts';
import { findUnknownPincodes, getPincode, listNearbyPincodes, searchPincodes } from '../usecases/find-pincodes.ts';

const confidences: Record<Confidence, Pincode_Confidence> = {
  high: Pincode_Confidence.HIGH,
  low: Pincode_Confidence.LOW,
  approximate: Pincode_Confidence.APPROXIMATE,
  none: Pincode_Confidence.CONFIDENCE_UNSPECIFIED,
};

/** Translates PlaceService between protobuf and the use cases; holds no rule of its own. */
export function createPlaceHandlers(deps: { readonly directory: PincodeDirectory }): Handlers<typeof PlaceService> {
  return {
    async getPincode({ pincode }) {
      return toMessage(await getPincode(deps, pincode));
    },
    async searchPincodes({ q }) {
      return { pincodes: (await searchPincodes(deps, q)).map(toMessage) };
    },
    async listNearbyPincodes({ pincode, radiusKm, minCount }) {
      const neighbours = await listNearbyPincodes(deps, pincode, { radiusM: radiusKm * 1_000, minCount });
      return { neighbours: [...neighbours] };
    },
    async findUnknownPincodes({ pincodes }) {
      return { unknown: [...(await findUnknownPincodes(deps, pincodes))] };
    },
  };
}

function toMessage({ centre, confidence, areas, ...place }: Pincode): MessageInitShape<typeof PincodeSchema> {
  return {
    ...place,
    areas: areas.map(({ name, district, delivers }) => ({ name, district, delivers })),
    confidence: confidences[confidence],
    ...(centre && { centre }),
  };
}
