import type { Pincode } from '../domain/pincode/directory.ts';
import type { Shop } from '../domain/shop.ts';

/** A shop that waits for approval; name only what the test is about. */
export function aShop(changes: Partial<Shop> = {}): Shop {
  return {
    id: '019ab000-0000-7000-8000-00000000000a',
    ownerId: '019ab000-0000-7000-8000-00000000000b',
    name: 'Asha Stores',
    category: 'grocery',
    description: '',
    address: '5th Block',
    pincode: '560034',
    gstin: '',
    city: 'Bengaluru Urban',
    state: 'Karnataka',
    approval: 'pending',
    approvalReason: '',
    decisions: 0,
    createdAt: new Date('2026-11-23T06:00:00Z'),
    updatedAt: new Date('2026-11-23T06:00:00Z'),
    version: 1,
    ...changes,
  };
}

export function aPincode(pincode = '560034', changes: Partial<Pincode> = {}): Pincode {
  return {
    pincode,
    district: 'Bengaluru Urban',
    state: 'Karnataka',
    centre: { latitude: 12.927, longitude: 77.626 },
    confidence: 'high',
    areas: [{ name: 'Koramangala', district: 'Bengaluru Urban', state: 'Karnataka', delivers: true }],
    ...changes,
  };
}
