import type { DirectoryReport, Pincode } from '../domain/pincode/directory.ts';
import type { DirectoryStore } from '../repositories/directory-store.ts';

export type DirectorySource = {
  /** The directory that ships with the program, or one that an operator imports. */
  readonly origin: 'built-in' | 'import';
  /** Of the file, so that loading it again changes nothing. */
  readonly sha256: Buffer;
  readonly read: () => Promise<{ readonly pincodes: readonly Pincode[]; readonly report?: DirectoryReport }>;
};

export type LoadResult =
  | { readonly outcome: 'unchanged' }
  | { readonly outcome: 'loaded'; readonly pincodes: number; readonly report: DirectoryReport | undefined };

/** Rises whenever the cleaning recipe changes, so that the same file is loaded anew by the new recipe. */
const recipe = 1;

/**
 * Loads a PIN directory beside the one in use and switches over when it is complete; readers see one or the other,
 * never a part. The built-in directory never replaces one that an operator imported.
 */
export async function loadDirectory(
  { directories, now }: { readonly directories: DirectoryStore; readonly now: () => Date },
  { origin, sha256, read }: DirectorySource,
): Promise<LoadResult> {
  return directories.exclusively(async (store) => {
    const active = await store.active();
    const same = active?.recipe === recipe && active.sha256.equals(sha256);
    if (same || (origin === 'built-in' && active?.origin === 'import')) return { outcome: 'unchanged' };
    const { pincodes, report } = await read();
    await store.replace({ origin, sha256, recipe, pincodes, createdAt: now() });
    return { outcome: 'loaded', pincodes: pincodes.length, report };
  });
}
