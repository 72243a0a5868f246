import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import type { AuditAction } from '../domain/audit.ts';
import { rotationStep } from '../domain/signing-key.ts';
import type { AuthStore } from '../repositories/auth-store.ts';
import type { NewSigningKey, SigningKey, SigningKeyRepository } from '../repositories/signing-key-repository.ts';
import type { KeyRing } from './key-ring.ts';

type Deps = {
  readonly signingKeys: SigningKeyRepository;
  readonly keys: Pick<KeyRing, 'take'>;
  readonly store: Pick<AuthStore, 'audit'>;
  readonly now: () => Date;
};

/**
 * Sees to it that there is a key to sign with: the one that set-up made, where it made one, or a new one. Any number of
 * processes may call it at once.
 */
export async function ensureSigningKey(deps: Deps, given: JWK | undefined): Promise<void> {
  const all = await deps.signingKeys.change(async ({ keys, insert }) => {
    if (keys.length > 0) return;
    await insert(given ? await signingKeyOf(given, deps.now()) : await newSigningKey(deps.now()), 'current');
  });
  deps.keys.take(all);
}

/**
 * Moves the keys one step on when it is time; see `rotationStep`. Verifiers learn of a key before it signs and keep it
 * while its tokens live, so nobody is logged out by a rotation.
 */
export async function rotateSigningKeys(
  deps: Deps,
  { atOnce, actorId }: { readonly atOnce: boolean; readonly actorId: string | undefined },
): Promise<readonly SigningKey[]> {
  let detail = '';
  const all = await deps.signingKeys.change(async ({ keys, insert, promote, forget }) => {
    const now = deps.now();
    const step = rotationStep(keys, { now, atOnce });
    if (step.promote !== undefined) await promote(step.promote, now);
    if (step.create) await insert(await newSigningKey(now), 'next');
    for (const id of step.forget) await forget(id);
    detail = [step.create && 'published', step.promote && 'promoted', step.forget.length > 0 && 'forgot']
      .filter(Boolean)
      .join(' ');
  });
  deps.keys.take(all);
  if (detail !== '') await record(deps, { action: 'keys.rotated', actorId, detail });
  return all;
}

async function record(
  { store, now }: Deps,
  entry: { action: AuditAction; actorId: string | undefined; detail: string },
): Promise<void> {
  await store.audit.add({ ...entry, at: now(), subject: 'access tokens', clientAddress: '' });
}

async function newSigningKey(now: Date): Promise<NewSigningKey> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return signingKeyOf(await exportJWK(privateKey), now);
}

async function signingKeyOf({ d, ...jwk }: JWK, createdAt: Date): Promise<NewSigningKey> {
  const id = jwk.kid ?? (await calculateJwkThumbprint(jwk));
  const publicJwk = { kty: 'EC', crv: 'P-256', x: jwk.x ?? '', y: jwk.y ?? '', kid: id, alg: 'ES256', use: 'sig' };
  if (jwk.kty !== 'EC' || jwk.crv !== 'P-256' || d === undefined)
    throw new Error('a signing key must be a private P-256 key');
  return { id, createdAt, publicJwk, privateJwk: { ...publicJwk, d } };
}
