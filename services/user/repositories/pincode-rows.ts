import type { Area } from '../domain/pincode/areas.ts';
import type { Confidence, Pincode } from '../domain/pincode/directory.ts';

/** Rows as the driver answers them: DECIMAL comes as text. */
export type PincodeRow = {
  readonly pincode: number;
  readonly district: string;
  readonly state: string;
  readonly latitude: string | null;
  readonly longitude: string | null;
  readonly confidence: Confidence;
};

export type AreaRow = {
  readonly pincode: number;
  readonly name: string;
  readonly district: string;
  readonly state: string;
  readonly delivers: number;
};

export function toPincode(row: PincodeRow, areas: readonly AreaRow[]): Pincode {
  return {
    pincode: String(row.pincode),
    district: row.district,
    state: row.state,
    centre: positionOf(row),
    confidence: row.confidence,
    areas: areas.map(toArea),
  };
}

export function positionOf({ latitude, longitude }: Pick<PincodeRow, 'latitude' | 'longitude'>) {
  if (latitude === null || longitude === null) return undefined;
  return { latitude: Number(latitude), longitude: Number(longitude) };
}

function toArea({ name, district, state, delivers }: AreaRow): Area {
  return { name, district, state, delivers: delivers === 1 };
}
