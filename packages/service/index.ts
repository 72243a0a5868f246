export { loadProcessKeys, type ProcessKeys } from './keys.ts';
export { type Parts, runService, type ServiceOptions } from './run-service.ts';
