import type { FieldCipher } from '@doffers/database';

export type SealedPhones = {
  /** The text that stands for a phone in the outbox. */
  seal(phone: string): string;
  open(sealed: string): string;
  /** The same word for the same phone, which does not tell it: messages about one phone keep their order. */
  nameOf(phone: string): string;
};

/** Phones on their way to `user`: nothing that is stored here can be read as one. */
export function createSealedPhones(cipher: FieldCipher): SealedPhones {
  const field = { table: 'outbox', column: 'payload', id: 'phone' };
  return {
    seal: (phone) => cipher.seal(field, phone).toString('base64'),
    open: (sealed) => cipher.open(field, Buffer.from(sealed, 'base64')),
    nameOf: (phone) => cipher.blindIndex(phone).toString('hex'),
  };
}
