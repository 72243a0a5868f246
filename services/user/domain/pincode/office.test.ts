import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseOffice } from './office.ts';
import { plainName } from './office-name.ts';

const line = (cells: Partial<Record<'name' | 'pincode' | 'type' | 'district' | 'state', string>> = {}) =>
  [
    'Karnataka Circle',
    'Bengaluru HQ Region',
    'Bengaluru South Division',
    cells.name ?? 'Koramangala S.O',
    cells.pincode ?? '560034',
    cells.type ?? 'PO',
    'Delivery',
    cells.district ?? 'BENGALURU URBAN',
    cells.state ?? 'KARNATAKA',
    '12.9271111',
    '77.626605',
  ].join(',');

describe('parseOffice', () => {
  it('reads a line of the official file', () => {
    assert.deepEqual(parseOffice(line()), {
      pincode: '560034',
      name: 'Koramangala',
      type: 'PO',
      delivers: true,
      district: 'Bengaluru Urban',
      state: 'Karnataka',
      position: { latitude: 12.9271111, longitude: 77.626605 },
      reading: 'good',
    });
  });

  it('leaves district and state empty where the source says NA', () => {
    const office = parseOffice(line({ district: 'NA', state: 'NA' }));
    assert.equal(office?.district, '');
    assert.equal(office?.state, '');
  });

  it('refuses lines that are no office of a PIN code', () => {
    for (const broken of ['', 'a,b,c', line({ pincode: '060034' }), line({ pincode: '56003' }), line({ type: 'XO' })]) {
      assert.equal(parseOffice(broken), undefined, broken);
    }
    assert.equal(parseOffice(`${line()},one cell too many`), undefined);
  });
});

describe('plainName', () => {
  it('drops the kind of office in every spelling of the source', () => {
    for (const kind of ['BO', 'B.O', 'B.O.', 'B O', 'SO', 'S.O', 'H.O', 'HO', 'PO', 'bo']) {
      assert.equal(plainName(`Koramangala ${kind}`), 'Koramangala');
    }
    assert.equal(plainName('Koramangala.S.O'), 'Koramangala');
  });

  it('keeps what only looks like a kind of office', () => {
    assert.equal(plainName('Bengaluru GPO'), 'Bengaluru GPO');
    assert.equal(plainName('Kargil Chowko'), 'Kargil Chowko');
    assert.equal(plainName('BO'), 'Bo');
  });

  it('writes shouted names in mixed case and leaves mixed ones alone', () => {
    assert.equal(plainName('JAMMU AND KASHMIR'), 'Jammu and Kashmir');
    assert.equal(plainName('S.A.S Nagar'), 'S.A.S Nagar');
    assert.equal(plainName('THE DADRA AND NAGAR HAVELI AND DAMAN AND DIU'), 'Dadra and Nagar Haveli and Daman and Diu');
  });
});
