import { plainName } from './office-name.ts';
import { type Position, type Reading, readPosition } from './position.ts';

export type OfficeType = 'HO' | 'PO' | 'BO';

/** A post office as the directory lists it, its texts cleaned, its position checked against the outline of India. */
export type Office = {
  readonly pincode: string;
  readonly name: string;
  readonly type: OfficeType;
  readonly delivers: boolean;
  /** Empty where the source says `NA`. */
  readonly district: string;
  readonly state: string;
  readonly position: Position | undefined;
  readonly reading: Reading['kind'];
};

/** Columns of the official file, in its order. */
export const officeColumns = [
  'circlename',
  'regionname',
  'divisionname',
  'officename',
  'pincode',
  'officetype',
  'delivery',
  'district',
  'statename',
  'latitude',
  'longitude',
] as const;

const types: readonly string[] = ['HO', 'PO', 'BO'] satisfies OfficeType[];

/** Reads one line of the official file, which quotes nothing; undefined for a line that is no office of a PIN code. */
export function parseOffice(line: string): Office | undefined {
  const cells = line.split(',').map((cell) => cell.trim());
  if (cells.length !== officeColumns.length) return undefined;
  const [, , , name = '', pincode = '', type = '', delivery, district = '', state = '', latitude = '', longitude = ''] =
    cells;
  if (!/^[1-9]\d{5}$/.test(pincode) || !types.includes(type) || name === '') return undefined;
  const reading = readPosition(latitude, longitude);
  return {
    pincode,
    name: plainName(name),
    type: type as OfficeType,
    delivers: delivery === 'Delivery',
    district: known(district),
    state: known(state),
    position: 'position' in reading ? reading.position : undefined,
    reading: reading.kind,
  };
}

function known(name: string): string {
  return name === 'NA' ? '' : plainName(name);
}
