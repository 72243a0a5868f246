export { DomainError, type DomainErrorCode, type DomainErrorOptions, type FieldViolation } from './domain-error.ts';
