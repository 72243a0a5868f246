import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from 'node:crypto';

const version = 1;
const ivLength = 12;
const tagLength = 16;
const headerLength = 2 + ivLength;

/** Where a value is stored. It is part of what is authenticated: a value copied into another row cannot be opened. */
export type FieldName = { readonly table: string; readonly column: string; readonly id: string };

export type FieldCipher = {
  /** `version | key id | iv | ciphertext | tag`: 30 bytes more than the value. */
  seal(field: FieldName, plain: string): Buffer;
  /** @throws Error when the value was changed, or sealed for another row or with an unknown key. */
  open(field: FieldName, sealed: Uint8Array): string;
  /** Whether the newest key sealed it; if not, seal it again when the row is written next. */
  isCurrent(sealed: Uint8Array): boolean;
  /** The same 32 bytes for the same value: finds a phone by equality without revealing it. */
  blindIndex(value: string): Buffer;
};

type Keys = {
  /** 32 bytes in base64; seals. */
  readonly dataKey: string;
  /** 32 bytes in base64. Changing it means rebuilding the index. */
  readonly indexKey: string;
  /** Earlier data keys, which still open. */
  readonly earlierDataKeys?: readonly string[];
};

/** AES-256-GCM for personal data in columns. Use it in a repository, where table, column and primary key are known. */
export function createFieldCipher({ dataKey, indexKey, earlierDataKeys = [] }: Keys): FieldCipher {
  const current = keyOf(dataKey);
  const currentId = keyId(current);
  const index = keyOf(indexKey);
  const keys = new Map([...earlierDataKeys.map(keyOf), current].map((key) => [keyId(key), key]));
  const nextIv = createIvSource();
  if (keys.size !== earlierDataKeys.length + 1) throw new Error('two data keys have the same id; make another one');

  return {
    seal(field, plain) {
      const iv = nextIv();
      const cipher = createCipheriv('aes-256-gcm', current, iv).setAAD(associatedData(field));
      const header = Buffer.from([version, currentId]);
      return Buffer.concat([header, iv, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    },
    open(field, sealed) {
      const bytes = Buffer.from(sealed);
      const key = keys.get(bytes[1] ?? -1);
      if (bytes[0] !== version || !key || bytes.length < headerLength + tagLength) {
        throw new Error('this value was not sealed with a known key');
      }
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(2, headerLength))
        .setAAD(associatedData(field))
        .setAuthTag(bytes.subarray(-tagLength));
      const plain = decipher.update(bytes.subarray(headerLength, -tagLength));
      return Buffer.concat([plain, decipher.final()]).toString('utf8');
    },
    isCurrent: (sealed) => sealed[0] === version && sealed[1] === currentId,
    blindIndex: (value) => createHmac('sha256', index).update(value).digest(),
  };
}

/** Random bytes are asked for in bulk: asking for each value takes as long as encrypting it. None is handed out twice. */
function createIvSource(): () => Buffer {
  let pool = Buffer.alloc(0);
  return () => {
    if (pool.length < ivLength) pool = randomBytes(256 * ivLength);
    const iv = pool.subarray(0, ivLength);
    pool = pool.subarray(ivLength);
    return iv;
  };
}

/** A key names itself, so that rotating needs no numbers to be handed around. */
const keyId = (key: KeyObject) => createHash('sha256').update(key.export()).digest()[0] ?? 0;

const associatedData = ({ table, column, id }: FieldName) => Buffer.from(`${table}/${column}/${id}`);

/** A key object, which is prepared once: with plain bytes each value takes four times as long. */
function keyOf(base64: string): KeyObject {
  const key = Buffer.from(base64, 'base64');
  if (key.length !== 32) throw new Error('a key must be 32 bytes in base64');
  return createSecretKey(key);
}
