import { type Paise, paise } from '@doffers/money';
import type { EntitySchemaColumnOptions } from 'typeorm';
import { parse, stringify, v7 } from 'uuid';

/** A new id: a UUIDv7, so rows of one time lie together in the primary key. */
export function newId(): string {
  return v7();
}

/**
 * An id as it is stored and bound in hand-written SQL.
 * @throws TypeError when `id` is not a UUID; check what comes from a caller before.
 */
export function idToBytes(id: string): Buffer {
  return Buffer.from(parse(id));
}

export function idFromBytes(bytes: Uint8Array): string {
  return stringify(bytes);
}

type ColumnOptions = Omit<EntitySchemaColumnOptions, 'type' | 'transformer' | 'length' | 'precision'>;

/** A UUID string in the code, `BINARY(16)` in the table. */
export function idColumn(name: string, options: ColumnOptions = {}): EntitySchemaColumnOptions {
  return { ...options, name, type: 'binary', length: 16, transformer: nullable(idToBytes, idFromBytes) };
}

/** `Paise` in the code, `BIGINT` in the table. What a number cannot hold exactly is refused when it is read. */
export function paiseColumn(name: string, options: ColumnOptions = {}): EntitySchemaColumnOptions {
  const from = (stored: string | number): Paise => paise(Number(stored));
  return { ...options, name, type: 'bigint', transformer: nullable((amount: Paise) => amount, from) };
}

/** A whole number that a `BIGINT` holds and a JavaScript number can too, such as a count or a version. */
export function bigintColumn(name: string, options: ColumnOptions = {}): EntitySchemaColumnOptions {
  return { ...options, name, type: 'bigint', transformer: nullable((value: number) => value, safeInteger) };
}

/** An instant: a `Date`, `DATETIME(3)` in UTC. A Date has no microseconds, so the column has none either. */
export function instantColumn(name: string, options: ColumnOptions = {}): EntitySchemaColumnOptions {
  return { ...options, name, type: 'datetime', precision: 3 };
}

function nullable<Value, Stored>(to: (value: Value) => Stored, from: (stored: Stored) => Value) {
  return {
    to: (value: Value | null | undefined) => (value === null || value === undefined ? value : to(value)),
    from: (stored: Stored | null) => (stored === null ? null : from(stored)),
  };
}

function safeInteger(stored: string | number): number {
  const value = Number(stored);
  if (!Number.isSafeInteger(value)) throw new RangeError('a BIGINT is beyond what a number holds exactly');
  return value;
}
