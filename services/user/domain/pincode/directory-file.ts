import type { Area } from './areas.ts';
import type { Confidence, Pincode } from './directory.ts';

// One line for each PIN code, tab-separated: pincode, state, district, latitude, longitude, grade, areas. Areas are
// separated by commas, which no name of the source contains; `*` marks one that does not deliver, and `|district|state`
// follows where they differ from the line's own.

const grades = { high: 'h', low: 'l', approximate: 'a', none: '-' } as const satisfies Record<Confidence, string>;
const confidences = new Map<string, Confidence>(
  Object.entries(grades).map(([confidence, grade]) => [grade, confidence as Confidence]),
);

/** Writes a directory as compact text, to ship with the program. */
export function encodeDirectory(pincodes: readonly Pincode[]): string {
  return pincodes.map((pincode) => `${encodePincode(pincode)}\n`).join('');
}

function encodePincode({ pincode, state, district, centre, confidence, areas }: Pincode): string {
  const position = centre ? [centre.latitude.toFixed(5), centre.longitude.toFixed(5)] : ['', ''];
  const names = areas.map((area) => {
    const elsewhere = area.district === district && area.state === state ? '' : `|${area.district}|${area.state}`;
    return `${area.name}${area.delivers ? '' : '*'}${elsewhere}`;
  });
  return [pincode, state, district, ...position, grades[confidence], names.join(',')].join('\t');
}

/**
 * Reads what `encodeDirectory` wrote.
 * @throws SyntaxError when a line does not have this form
 */
export function decodeDirectory(text: string): Pincode[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map(decodePincode);
}

function decodePincode(line: string): Pincode {
  const [pincode = '', state = '', district = '', latitude = '', longitude = '', grade = '', areas] = line.split('\t');
  const confidence = confidences.get(grade);
  if (!/^[1-9]\d{5}$/.test(pincode) || confidence === undefined || areas === undefined) {
    throw new SyntaxError(`not a line of a PIN directory: ${line.slice(0, 40)}`);
  }
  const centre = latitude === '' ? undefined : { latitude: Number(latitude), longitude: Number(longitude) };
  return { pincode, district, state, centre, confidence, areas: areas.split(',').map((area) => decodeArea(area)) };

  function decodeArea(area: string): Area {
    const [marked = '', otherDistrict = district, otherState = state] = area.split('|');
    const delivers = !marked.endsWith('*');
    return { name: delivers ? marked : marked.slice(0, -1), district: otherDistrict, state: otherState, delivers };
  }
}
