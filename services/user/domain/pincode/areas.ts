import type { Office, OfficeType } from './office.ts';

/** A post office and the place it names. */
export type Area = {
  readonly name: string;
  readonly district: string;
  readonly state: string;
  readonly delivers: boolean;
};

type Home = Pick<Office, 'district' | 'state'>;

/**
 * Gives offices without a district the one that most offices of their PIN code have, else the one of their sorting
 * district; the source says `NA` for about 700.
 */
export function fillDistricts(offices: readonly Office[]): Office[] {
  const byPincode = Map.groupBy(offices, ({ pincode }) => pincode);
  const bySorting = Map.groupBy(offices, ({ pincode }) => pincode.slice(0, 3));
  return offices.map((office) => {
    if (office.district !== '' && office.state !== '') return office;
    const own = mostFrequent(byPincode.get(office.pincode) ?? []);
    const home = own.district === '' ? mostFrequent(bySorting.get(office.pincode.slice(0, 3)) ?? []) : own;
    return { ...office, ...home };
  });
}

/** The district, with its state, that most of these offices are in; the first by name when two are equally frequent. */
export function mostFrequent(offices: readonly Home[]): Home {
  const known = offices.filter(({ district, state }) => district !== '' && state !== '');
  const counted = [...Map.groupBy(known, ({ district, state }) => `${district}|${state}`).values()];
  const [winner] = counted.toSorted((a, b) => b.length - a.length || compare(a[0]?.district, b[0]?.district));
  const { district = '', state = '' } = winner?.[0] ?? {};
  return { district, state };
}

const rank: Readonly<Record<OfficeType, number>> = { HO: 0, PO: 1, BO: 2 };

/** The places that a PIN code's offices name, the delivering ones first; one listed twice counts once. */
export function areasOf(offices: readonly Office[]): Area[] {
  const sorted = offices.toSorted(
    (a, b) => Number(b.delivers) - Number(a.delivers) || rank[a.type] - rank[b.type] || compare(a.name, b.name),
  );
  const unique = new Map<string, Area>();
  for (const { name, district, state, delivers } of sorted) {
    const key = `${name.toLowerCase()}|${district}`;
    if (!unique.has(key)) unique.set(key, { name, district, state, delivers });
  }
  return [...unique.values()];
}

/** By code point, not by locale: the same order on every machine. */
function compare(a = '', b = ''): number {
  return a < b ? -1 : Number(a > b);
}
