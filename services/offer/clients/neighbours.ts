import { DomainError } from '@doffers/errors';
import type { PlaceService } from '@doffers/proto/user/v1/place_service';
import { type Client, runInCall } from '@doffers/rpc';
import { type Neighbour, pincodeUnknown } from '../domain/nearby.ts';

/** The PIN codes around one, with their distance, itself included. @throws DomainError `PINCODE_UNKNOWN` */
export type ReadNeighbours = (pincode: string) => Promise<readonly Neighbour[]>;

/** A PIN directory is replaced a few times a year. */
const freshMs = 600_000;
const rememberedPincodes = 2_000;
const widest = { radiusKm: 25, minCount: 20 };

/**
 * Asks the user service which PIN codes lie within 25 km, or the twenty nearest where that holds fewer, and remembers it
 * for ten minutes. Who asks at the same time shares one call.
 */
export function createNeighbours(places: Pick<Client<typeof PlaceService>, 'listNearbyPincodes'>): ReadNeighbours {
  const remembered = new Map<string, { answer: Promise<readonly Neighbour[]>; until: number }>();

  async function ask(pincode: string): Promise<readonly Neighbour[]> {
    try {
      const { neighbours } = await places.listNearbyPincodes({ pincode, ...widest });
      return neighbours.map((each) => ({ pincode: each.pincode, distanceM: each.distanceM }));
    } catch (error) {
      const isUnknown = error instanceof DomainError && error.reason === 'PINCODE_UNKNOWN';
      throw isUnknown ? pincodeUnknown(pincode, error) : error;
    }
  }

  return (pincode) => {
    const known = remembered.get(pincode);
    if (known !== undefined && known.until > Date.now()) return known.answer;
    remembered.delete(pincode); // so that the map stays in the order of age
    const [oldest] = remembered.keys();
    if (oldest !== undefined && remembered.size >= rememberedPincodes) remembered.delete(oldest);
    const answer = runInCall({}, () => ask(pincode)); // detached: the others that wait outlive this caller
    remembered.set(pincode, { answer, until: Date.now() + freshMs });
    answer.catch(() => remembered.get(pincode)?.answer === answer && remembered.delete(pincode));
    return answer;
  };
}
