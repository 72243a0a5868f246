import { type Database, type FieldCipher, idFromBytes, idToBytes } from '@doffers/database';
import { mostDevices } from '../domain/audience/consent.ts';
import { phoneField, tokenField } from './member-repository.ts';

export type ContactRepository = {
  /** How a customer is reached; nothing for somebody who is none. */
  find(customerId: string): Promise<{ readonly phone: string | undefined; readonly tokens: readonly string[] }>;
  /** Who is reached under a number in E.164. */
  ownerOf(phone: string): Promise<string | undefined>;
};

/** Reads contact points one by one; campaigns read theirs by the page, in `member-repository.ts`. */
export function createContactRepository(db: Database, cipher: FieldCipher): ContactRepository {
  return {
    async find(customerId) {
      const [contact]: { number: string; phone: Buffer }[] = await db.query(
        `SELECT p.customer_number AS number, p.phone FROM customer c
           JOIN contact_point p ON p.customer_number = c.number WHERE c.id = ?`,
        [idToBytes(customerId)],
      );
      const devices: { id: Buffer; token: Buffer }[] = await db.query(
        `SELECT d.id, d.token FROM customer c JOIN device d ON d.customer_number = c.number
          WHERE c.id = ? ORDER BY d.last_seen_at DESC, d.id DESC LIMIT ?`,
        [idToBytes(customerId), mostDevices],
      );
      return {
        phone: contact && cipher.open(phoneField(String(contact.number)), contact.phone),
        tokens: devices.map(({ id, token }) => cipher.open(tokenField(idFromBytes(id)), token)),
      };
    },

    async ownerOf(phone) {
      const [owner]: { id: Buffer }[] = await db.query(
        'SELECT c.id FROM contact_point p JOIN customer c ON c.number = p.customer_number WHERE p.phone_index = ?',
        [cipher.blindIndex(phone)],
      );
      return owner && idFromBytes(owner.id);
    },
  };
}
