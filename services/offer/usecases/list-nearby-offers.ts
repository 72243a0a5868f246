import { defaultRadiusM, isEnough, type NearbyHit, type NearbyOrder, radiiFrom, within } from '../domain/nearby.ts';
import { isLive, type Offer } from '../domain/offer.ts';
import type { Deps } from './deps.ts';

type ListNearbyInput = {
  readonly pincode: string;
  /** Metres; 0 means 5 km. */
  readonly radiusM: number;
  readonly category: string | undefined;
  readonly order: NearbyOrder;
  readonly pageSize: number;
  /** Where the page before ended, and how far it had searched. */
  readonly after: { readonly hit: NearbyHit; readonly radiusM: number } | undefined;
};

export type NearbyOffers = {
  readonly offers: readonly { readonly offer: Offer; readonly distanceM: number }[];
  /** The radius that was searched: wider than asked for where that holds fewer than five offers. */
  readonly radiusM: number;
  /** The last hit of this page when there is another page. */
  readonly last: NearbyHit | undefined;
};

/**
 * Lists what is live near a PIN code. Distances are those between PIN codes.
 *
 * @throws DomainError `PINCODE_UNKNOWN`
 */
export async function listNearbyOffers(deps: Deps, input: ListNearbyInput): Promise<NearbyOffers> {
  const neighbours = await deps.neighbours(input.pincode);
  const now = deps.now();
  const asked = input.radiusM === 0 ? defaultRadiusM : input.radiusM;
  const radii = input.after === undefined ? radiiFrom(asked) : [input.after.radiusM];
  let hits: readonly NearbyHit[] = [];
  let radiusM = asked;
  for (const radius of radii) {
    const near = within(neighbours, radius);
    radiusM = Number.isFinite(radius) ? radius : Math.max(radiusM, near.at(-1)?.distanceM ?? 0);
    const query = {
      pincodes: near.map(({ pincode }) => pincode),
      category: input.category,
      now,
      limit: input.pageSize + 1,
      after: input.after?.hit,
    };
    hits = await (input.order === 'distance' ? deps.nearby.nearest(query) : deps.nearby.endingSoonest(query));
    if (isEnough(hits.length, query.limit)) break;
  }
  const page = hits.slice(0, input.pageSize);
  const rows = new Map((await deps.offers.findMany(page.map(({ id }) => id))).map((offer) => [offer.id, offer]));
  const distances = new Map(neighbours.map(({ pincode, distanceM }) => [pincode, distanceM]));
  const offers = page.flatMap(({ id, pincode }) => {
    const offer = rows.get(id);
    if (offer === undefined || !isLive(offer, now)) return []; // stopped since the index was read
    return [{ offer, distanceM: distances.get(pincode) ?? 0 }];
  });
  return { offers, radiusM, last: hits.length > page.length ? page.at(-1) : undefined };
}
