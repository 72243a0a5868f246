/**
 * Values for hand-built SQL text. Everything becomes digits or hex, so no value can be read as anything else.
 */
export const sql = {
  id: (uuid: string) => `0x${uuid.replaceAll('-', '')}`,
  hex: (digits: string) => `0x${digits}`,
  int(value: number | bigint): string {
    if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new RangeError('not a whole number');
    return String(value);
  },
  text: (value: string | undefined) =>
    value === undefined ? 'NULL' : value === '' ? "''" : `0x${Buffer.from(value).toString('hex')}`,
  time: (value: Date | undefined) =>
    value === undefined ? 'NULL' : `'${value.toISOString().slice(0, 23).replace('T', ' ')}'`,
};
