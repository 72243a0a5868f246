import { DomainError } from '@doffers/errors';

/**
 * Takes over the fields of `patch` that `paths` names (proto spelling, top level), and keeps the rest of `current`.
 *
 * @param fields maps each path that may be changed to the field it stands for
 * @throws DomainError `UPDATE_MASK_INVALID` when the mask is empty or names a field that is unknown or read-only
 */
export function applyUpdateMask<T extends object>(
  current: T,
  patch: T,
  paths: readonly string[],
  fields: Readonly<Record<string, keyof T>>,
): T {
  if (paths.length === 0) throw invalid('name at least one field to change in updateMask', Object.keys(fields));
  const changed = { ...current };
  for (const path of paths) {
    const field = Object.hasOwn(fields, path) ? fields[path] : undefined;
    if (field === undefined) throw invalid(`${jsonName(path)} cannot be changed`, Object.keys(fields));
    changed[field] = patch[field];
  }
  return changed;
}

function invalid(problem: string, allowed: readonly string[]): DomainError {
  const description = `${problem}; allowed: ${allowed.map(jsonName).join(', ')}`;
  return new DomainError('invalid_argument', 'UPDATE_MASK_INVALID', description, {
    fields: [{ field: 'updateMask', description, reason: 'unknown_path' }],
  });
}

/** The gateway turns what a client writes into proto spelling; the answer turns it back. */
function jsonName(path: string): string {
  return path.replace(/(?<=[a-z0-9])_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
