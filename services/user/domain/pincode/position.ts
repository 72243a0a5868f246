/** A point on the earth in degrees, WGS 84. */
export type Position = { readonly latitude: number; readonly longitude: number };

const earthRadiusM = 6_371_008.8;
const radians = Math.PI / 180;

/** Metres between two points along the surface, by the haversine formula. */
export function distanceM(from: Position, to: Position): number {
  const halfLatitude = Math.sin(((to.latitude - from.latitude) * radians) / 2);
  const halfLongitude = Math.sin(((to.longitude - from.longitude) * radians) / 2);
  const parallels = Math.cos(from.latitude * radians) * Math.cos(to.latitude * radians);
  const haversine = halfLatitude ** 2 + parallels * halfLongitude ** 2;
  return 2 * earthRadiusM * Math.asin(Math.sqrt(Math.min(1, haversine)));
}

/** A rectangle around India with its islands. */
const india = { south: 6, north: 37.6, west: 68, east: 97.5 };

function isInIndia({ latitude, longitude }: Position): boolean {
  return latitude >= india.south && latitude <= india.north && longitude >= india.west && longitude <= india.east;
}

/** How the position in a source row could be read. */
export type Reading =
  | { readonly kind: 'good' | 'swapped'; readonly position: Position }
  | { readonly kind: 'missing' | 'outside' };

/**
 * Reads a pair of coordinates as the official directory writes them. Only plain numbers count: degree signs and
 * minutes are too ambiguous to guess at. A point outside India is tried with latitude and longitude swapped, the most
 * frequent slip in the source.
 */
export function readPosition(latitude: string, longitude: string): Reading {
  const position = { latitude: strictNumber(latitude), longitude: strictNumber(longitude) };
  if (Number.isNaN(position.latitude) || Number.isNaN(position.longitude)) return { kind: 'missing' };
  if (isInIndia(position)) return { kind: 'good', position };
  const swapped = { latitude: position.longitude, longitude: position.latitude };
  return isInIndia(swapped) ? { kind: 'swapped', position: swapped } : { kind: 'outside' };
}

function strictNumber(text: string): number {
  return /^-?\d{1,3}(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
}
