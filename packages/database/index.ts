export { bigintColumn, idColumn, idFromBytes, idToBytes, instantColumn, newId, paiseColumn } from './columns.ts';
export { type CommandKey, commandTable, once, pruneCommands, requestHash } from './commands.ts';
export { connect, createDatabase, type Database, ping } from './database.ts';
export { createFieldCipher, type FieldCipher, type FieldName } from './field-cipher.ts';
export { migrate, migrationLockName } from './migrate.ts';
export { append, type OutboxMessage, outboxTable } from './outbox.ts';
export { type OutboxRelay, startOutboxRelay } from './outbox-relay.ts';
export { isDuplicateKey, type Transaction, transaction } from './transaction.ts';
