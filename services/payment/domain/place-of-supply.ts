import { stateOfGstin } from '@doffers/money';

/** The two digits by which GST names a State; the first two of a GSTIN. */
export type StateCode = string;

/** States and Union Territories by the names of the PIN code directory, with names that older data still uses. */
const codes: ReadonlyMap<string, StateCode> = new Map(
  Object.entries({
    'JAMMU AND KASHMIR': '01',
    'HIMACHAL PRADESH': '02',
    PUNJAB: '03',
    CHANDIGARH: '04',
    UTTARAKHAND: '05',
    UTTARANCHAL: '05',
    HARYANA: '06',
    DELHI: '07',
    'NEW DELHI': '07',
    RAJASTHAN: '08',
    'UTTAR PRADESH': '09',
    BIHAR: '10',
    SIKKIM: '11',
    'ARUNACHAL PRADESH': '12',
    NAGALAND: '13',
    MANIPUR: '14',
    MIZORAM: '15',
    TRIPURA: '16',
    MEGHALAYA: '17',
    ASSAM: '18',
    'WEST BENGAL': '19',
    JHARKHAND: '20',
    ODISHA: '21',
    ORISSA: '21',
    CHHATTISGARH: '22',
    CHATTISGARH: '22',
    'MADHYA PRADESH': '23',
    GUJARAT: '24',
    'DADRA AND NAGAR HAVELI AND DAMAN AND DIU': '26',
    'DADRA AND NAGAR HAVELI': '26',
    'DAMAN AND DIU': '26',
    MAHARASHTRA: '27',
    KARNATAKA: '29',
    GOA: '30',
    LAKSHADWEEP: '31',
    KERALA: '32',
    'TAMIL NADU': '33',
    PUDUCHERRY: '34',
    PONDICHERRY: '34',
    'ANDAMAN AND NICOBAR ISLANDS': '35',
    TELANGANA: '36',
    'ANDHRA PRADESH': '37',
    LADAKH: '38',
  }),
);

/** Other Territory: no State's own, so whatever is supplied there is supplied across a border. */
const otherTerritory: StateCode = '97';

/**
 * Where a service to a shop counts as supplied (IGST Act, section 12(2)): the State of its GSTIN, for an unregistered
 * shop the State of its address. An advance whose nature cannot be told is taxed as inter-State (Rule 50).
 */
export function placeOfSupply(shop: { readonly gstin: string; readonly state: string }): StateCode {
  if (shop.gstin !== '') return stateOfGstin(shop.gstin);
  return codes.get(directoryName(shop.state)) ?? otherTerritory;
}

const directoryName = (state: string) =>
  state
    .toUpperCase()
    .replaceAll('&', ' AND ')
    .replace(/[^A-Z]+/g, ' ')
    .trim()
    .replace(/^THE /, '');

/** A place of supply as documents write it: "29-Karnataka". */
export function placeLabel(code: StateCode): string {
  return `${code}-${names.get(code) ?? 'Other Territory'}`;
}

// The first name of each code is the one in use.
const names = new Map([...codes].reverse().map(([name, code]) => [code, titleCase(name)]));

function titleCase(name: string): string {
  return name.toLowerCase().replace(/\b(?!and\b)[a-z]/g, (letter) => letter.toUpperCase());
}
