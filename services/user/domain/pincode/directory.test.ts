import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildDirectory } from './directory.ts';
import { decodeDirectory, encodeDirectory } from './directory-file.ts';
import type { Office } from './office.ts';
import { distanceM } from './position.ts';

const koramangala = { latitude: 12.927, longitude: 77.626 };
const offset = (metres: number) => ({ ...koramangala, latitude: koramangala.latitude + metres / 111_195 });

let offices = 0;
function office(overrides: Partial<Office> = {}): Office {
  return {
    pincode: '560034',
    name: `Office ${++offices}`,
    type: 'BO',
    delivers: true,
    district: 'Bengaluru Urban',
    state: 'Karnataka',
    position: koramangala,
    reading: 'good',
    ...overrides,
  };
}
const unplaced = { position: undefined, reading: 'missing' } as const;

/** PIN codes of one district, far enough apart to be no copies of each other, that give the district a middle. */
const surroundings = Array.from({ length: 8 }, (_, n) => [
  office({ pincode: `56010${n}`, position: offset(1_000 + 400 * n) }),
  office({ pincode: `56010${n}`, position: offset(1_050 + 400 * n) }),
]).flat();

const read = (...added: Office[]) => {
  const { pincodes, report } = buildDirectory([...surroundings, ...added]);
  return { report, pincode: pincodes.find(({ pincode }) => pincode === '560034') };
};

describe('buildDirectory', () => {
  it('puts a PIN code in the middle of its offices', () => {
    const { pincode } = read(office({ position: offset(0) }), office({ position: offset(300) }));
    assert.ok(pincode?.centre && distanceM(pincode.centre, offset(150)) <= 151);
    assert.equal(pincode.confidence, 'high');
  });

  it('does not follow an office at the other end of the country', () => {
    const delhi = { latitude: 28.6, longitude: 77.2 };
    const { pincode, report } = read(office(), office({ position: offset(100) }), office({ position: delhi }));
    assert.ok(pincode?.centre && distanceM(pincode.centre, koramangala) <= 100);
    assert.equal(report.coordinatesFarFromDistrict, 1);
  });

  it('does not follow an office that lies apart from the others of its PIN code', () => {
    const near = [0, 100, 200, 300].map((metres) => office({ position: offset(metres) }));
    const { pincode, report } = read(...near, office({ position: offset(30_000) }));
    assert.ok(pincode?.centre && distanceM(pincode.centre, koramangala) <= 300);
    assert.equal(report.coordinatesOutlying, 1);
  });

  it('lets the head office outweigh its branches', () => {
    const head = office({ type: 'HO', position: offset(900) });
    const { pincode } = read(office(), office({ position: offset(10) }), office({ position: offset(20) }), head);
    assert.deepEqual(pincode?.centre, head.position);
  });

  it('does not believe a point that offices of three PIN codes share', () => {
    const copied = offset(20_000);
    const copies = ['560034', '560035', '560036'].map((pincode) => office({ pincode, position: copied }));
    const { pincode, report } = read(...copies, office({ position: offset(0) }));
    assert.deepEqual(pincode?.centre, koramangala);
    assert.equal(report.coordinatesCopied, 3);
  });

  it('trusts a single office less than several that agree', () => {
    assert.equal(read(office()).pincode?.confidence, 'low');
  });

  it('falls back to the middle of the district, and says so', () => {
    const { pincode, report } = read(office(unplaced));
    assert.equal(pincode?.confidence, 'approximate');
    assert.ok(pincode.centre && distanceM(pincode.centre, offset(2_400)) < 500);
    assert.equal(report.coordinatesMissing, 1);
    assert.equal(report.centres.approximate, 1);
  });

  it('falls back to the sorting district when nothing else of the district is known', () => {
    const { pincode } = read(office({ ...unplaced, district: 'Elsewhere' }));
    assert.equal(pincode?.confidence, 'approximate');
  });

  it('leaves the centre open when nothing at all is known', () => {
    const { pincodes } = buildDirectory([office({ ...unplaced, pincode: '999999' })]);
    assert.equal(pincodes[0]?.confidence, 'none');
    assert.equal(pincodes[0]?.centre, undefined);
  });

  it('takes a missing district from the other offices of the PIN code, else from the sorting district', () => {
    const unknown = { district: '', state: '' };
    const { pincode, report } = read(office({ ...unknown, name: 'New' }), office({ district: 'Ramanagara' }));
    assert.equal(pincode?.areas.find(({ name }) => name === 'New')?.district, 'Ramanagara');
    assert.equal(report.districtsFilled, 1);
    assert.equal(read(office(unknown)).pincode?.district, 'Bengaluru Urban');
  });

  it('keeps every district that a PIN code reaches into', () => {
    const { pincode } = read(office(), office(), office({ district: 'Ramanagara' }));
    assert.equal(pincode?.district, 'Bengaluru Urban');
    assert.deepEqual(
      new Set(pincode?.areas.map(({ district }) => district)),
      new Set(['Bengaluru Urban', 'Ramanagara']),
    );
  });

  it('lists delivering areas first and an area that is listed twice once', () => {
    const { pincode, report } = read(
      office({ name: 'Agara', delivers: false }),
      office({ name: 'Koramangala', type: 'PO' }),
      office({ name: 'koramangala', delivers: false }),
    );
    assert.deepEqual(
      pincode?.areas.map(({ name }) => name),
      ['Koramangala', 'Agara'],
    );
    assert.equal(report.areasMerged, 1);
  });
});

describe('the directory file', () => {
  it('gives back what was written', () => {
    const { pincodes } = buildDirectory([
      ...surroundings,
      office({ delivers: false, name: 'Koramangala I Block' }),
      office({ district: 'Ramanagara', name: 'Hosa Road' }),
      office({ ...unplaced, pincode: '999999', district: 'Nowhere', state: 'Goa' }),
    ]);
    const rounded = pincodes.map((pincode) => ({
      ...pincode,
      centre: pincode.centre && {
        latitude: Number(pincode.centre.latitude.toFixed(5)),
        longitude: Number(pincode.centre.longitude.toFixed(5)),
      },
    }));
    assert.deepEqual(decodeDirectory(encodeDirectory(pincodes)), rounded);
  });

  it('refuses a line of another form', () => {
    assert.throws(() => decodeDirectory('560034\tKarnataka'), SyntaxError);
    assert.throws(() => decodeDirectory('5600\tKarnataka\tX\t1\t2\th\tArea'), SyntaxError);
  });
});
