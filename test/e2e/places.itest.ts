import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { anybody } from './people.ts';
import { assertRefusal } from './refusal.ts';

type Neighbour = { readonly pincode: string; readonly distanceM: number };
const around = async (path: string) => (await anybody.get(path)).body.neighbours as Neighbour[];

describe('a PIN code', () => {
  it('is read with its areas and its centre', async () => {
    const { status, body } = await anybody.get('/v1/pincodes/560034');
    assert.equal(status, 200);
    assert.deepEqual([body.district, body.state, body.confidence], ['Bengaluru Urban', 'Karnataka', 'HIGH']);
    assert.deepEqual((body.areas as object[])[0], {
      name: 'Koramangala',
      district: 'Bengaluru Urban',
      delivers: true,
    });
    const { latitude, longitude } = body.centre as Record<string, number>;
    assert.ok(Math.abs((latitude ?? 0) - 12.93) < 0.02 && Math.abs((longitude ?? 0) - 77.62) < 0.02);
  });

  it('that does not exist is not found, one that cannot exist is a wrong request', async () => {
    assertRefusal(await anybody.get('/v1/pincodes/999999'), [404, 'PINCODE_UNKNOWN']);
    for (const pincode of ['012345', '56003', 'abcdef']) {
      assertRefusal(await anybody.get(`/v1/pincodes/${pincode}`), [400, 'VALIDATION']);
    }
  });

  it('is found by the beginning of its number, its area or its district', async () => {
    const search = async (q: string) => {
      const { body } = await anybody.get(`/v1/pincodes:search?q=${encodeURIComponent(q)}`);
      return (body.pincodes as { pincode: string }[]).map(({ pincode }) => pincode);
    };
    assert.deepEqual(await search('560034'), ['560034']);
    assert.equal((await search('koramangala'))[0], '560034');
    assert.ok((await search('kora')).includes('560034'));
    assert.ok((await search('560')).every((pincode) => pincode.startsWith('560')));
    assert.equal((await search('bengaluru')).length, 20);
    assert.deepEqual(await search('no such place'), []);
  });
});

describe('the neighbours of a PIN code', () => {
  it('lie within the radius, nearest first, itself before all others', async () => {
    const found = await around('/v1/pincodes/560034/nearby?radiusKm=5');
    assert.deepEqual(found[0], { pincode: '560034', distanceM: 0 });
    const distances = found.map(({ distanceM }) => distanceM);
    assert.deepEqual(
      distances,
      distances.toSorted((a, b) => a - b),
    );
    assert.ok(found.length > 5 && (distances.at(-1) ?? 0) <= 5_000);
    assert.deepEqual(await around('/v1/pincodes/560034/nearby'), found, '5 km when not said');
  });

  it('are more within 25 km, and at least as many as asked for where the country is empty', async () => {
    assert.ok((await around('/v1/pincodes/560034/nearby?radiusKm=25')).length > 100);
    const leh = await around('/v1/pincodes/194101/nearby?radiusKm=1&minCount=20');
    assert.equal(leh.length, 20);
  });

  it('are refused beyond 25 km and around nothing', async () => {
    assertRefusal(await anybody.get('/v1/pincodes/560034/nearby?radiusKm=26'), [400, 'VALIDATION']);
    assertRefusal(await anybody.get('/v1/pincodes/999999/nearby'), [404, 'PINCODE_UNKNOWN']);
  });
});
