import { decodePageToken, encodePageToken } from '@doffers/resource';
import type { NearbyHit } from '../domain/nearby.ts';

const idPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.[1-9]\d{5}\.\d{1,9}$/;

/** Where a page of offers near a PIN code ended, and how far was searched. */
export function nearbyPageToken({ id, pincode, endAt }: NearbyHit, radiusM: number): string {
  return encodePageToken({ at: endAt, id: `${id}.${pincode}.${Math.ceil(radiusM)}` });
}

/** @throws DomainError `PAGE_TOKEN_INVALID` */
export function nearbyPageFrom(pageToken: string): { readonly hit: NearbyHit; readonly radiusM: number } | undefined {
  const page = decodePageToken(pageToken, idPattern);
  if (page === undefined) return undefined;
  const [id = '', pincode = '', radiusM] = page.id.split('.');
  return { hit: { id, pincode, endAt: page.at }, radiusM: Number(radiusM) };
}
