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

/** The code of a State or Union Territory, however its name is written; undefined for what is none. */
export function stateCode(name: string): StateCode | undefined {
  return codes.get(directoryName(name));
}

/** A State as the tax portal writes it: "29-Karnataka". */
export function stateLabel(code: StateCode): string {
  return `${code}-${names.get(code) ?? 'Other Territory'}`;
}

const directoryName = (state: string) =>
  state
    .toUpperCase()
    .replaceAll('&', ' AND ')
    .replace(/[^A-Z]+/g, ' ')
    .trim()
    .replace(/^THE /, '');

// The first name of each code is the one in use.
const names = new Map([...codes].reverse().map(([name, code]) => [code, titleCase(name)]));

function titleCase(name: string): string {
  return name.toLowerCase().replace(/\b(?!and\b)[a-z]/g, (letter) => letter.toUpperCase());
}
