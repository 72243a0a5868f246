import {
  create,
  type DescMessage,
  type DescMethodUnary,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from '@bufbuild/protobuf';
import { OfferService } from '@doffers/proto/offer/v1/offer_service';
import { PlaceService } from '@doffers/proto/user/v1/place_service';
import { createRpcClient, validateMessage } from '@doffers/rpc';
import type { ServiceName } from '@doffers/topology';
import type { Send } from './load.ts';

/** One public read that can be asked for in every way. */
export type Subject = {
  readonly path: string;
  /** The process that answers. */
  readonly owner: ServiceName;
  /** Asks over gRPC: the service itself, or through the gateway. */
  grpcAt(address: string): Send;
  /**
   * What remains of the read without any network, framework or data: decode and validate the request, encode the
   * answer that the service at `address` gives.
   */
  bare(address: string): Promise<Send>;
};

export function readPincode(pincode: string): Subject {
  const method = PlaceService.method.getPincode;
  const ask = (address: string) => {
    const client = createRpcClient(PlaceService, { target: 'user', address });
    return () => client.getPincode({ pincode });
  };
  return subject({ path: `/v1/pincodes/${pincode}`, owner: 'user', method, request: { pincode }, ask });
}

export function readOffer(offerId: string): Subject {
  const method = OfferService.method.getOffer;
  const ask = (address: string) => {
    const client = createRpcClient(OfferService, { target: 'offer', address });
    return () => client.getOffer({ offerId });
  };
  return subject({ path: `/v1/offers/${offerId}`, owner: 'offer', method, request: { offerId }, ask });
}

type Read<I extends DescMessage, O extends DescMessage> = Pick<Subject, 'path' | 'owner'> & {
  readonly method: DescMethodUnary<I, O>;
  readonly request: MessageInitShape<I>;
  readonly ask: (address: string) => () => Promise<MessageShape<O>>;
};

function subject<I extends DescMessage, O extends DescMessage>(read: Read<I, O>): Subject {
  const { path, owner, method, request, ask } = read;
  return {
    path,
    owner,
    grpcAt(address) {
      const send = ask(address);
      return async () => void (await send());
    },
    async bare(address) {
      const answer = await ask(address)();
      const bytes = toBinary(method.input, create(method.input, request));
      const handler = async (message: MessageShape<I>) => {
        validateMessage(method.input, message);
        return answer;
      };
      return async () => void toBinary(method.output, await handler(fromBinary(method.input, bytes)));
    },
  };
}
