export { createStorage, type Storage, type StorageOptions, type StoredObject } from './storage.ts';
