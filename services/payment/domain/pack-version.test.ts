import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { paise } from '@doffers/money';
import type { Pack } from './pack.ts';
import { changedPack, type PackVersion } from './pack-version.ts';

const pack: Pack = { id: 'p', name: 'P', offers: 5, messages: {}, price: paise(100_00), validDays: 30 };
const about = { actorId: undefined, createdAt: new Date('2026-11-24T00:00:00Z') };
const current: PackVersion = { pack, version: 3, onSale: true, ...about };
const retire = { deed: 'retire', requestId: 'r', packId: 'p', etag: '"3"' } as const;
const reprice = { ...retire, deed: 'reprice', price: paise(200_00) } as const;

describe('a change of a pack', () => {
  it('is a new version with the new price, or off sale', () => {
    assert.deepEqual(changedPack(current, reprice), {
      pack: { ...pack, price: 200_00 },
      version: 4,
      onSale: true,
    });
    assert.deepEqual(changedPack(current, retire), { pack, version: 4, onSale: false });
  });

  it('is refused when the pack is retired or unknown', () => {
    assert.throws(() => changedPack({ ...current, onSale: false }, reprice), { reason: 'PACK_RETIRED' });
    assert.throws(() => changedPack({ ...current, onSale: false }, retire), { reason: 'PACK_RETIRED' });
    assert.throws(() => changedPack(undefined, retire), { reason: 'PACK_NOT_FOUND' });
  });

  it('creates what gives something and is not there yet', () => {
    const create = (changes: Partial<Pack>, known?: PackVersion) =>
      changedPack(known, { deed: 'create', requestId: 'r', pack: { ...pack, ...changes } });
    assert.equal(create({}).version, 1);
    assert.equal(create({ offers: 0, messages: { push: 1 } }).onSale, true);
    assert.throws(() => create({ offers: 0 }), { reason: 'PACK_EMPTY' });
    assert.throws(() => create({ offers: 0, messages: { push: 0 } }), { reason: 'PACK_EMPTY' });
    assert.throws(() => create({}, current), { reason: 'PACK_EXISTS' });
  });
});
