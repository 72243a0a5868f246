import { importJWK, type JSONWebKeySet, type JWTPayload, SignJWT } from 'jose';
import type { SigningKey, SigningKeyRepository } from '../repositories/signing-key-repository.ts';

export type KeyRing = {
  /** Signs an access token with the key that is current. */
  sign(claims: JWTPayload): Promise<string>;
  /** The public keys of all tokens that may be alive, and of those to come. */
  published(): Promise<JSONWebKeySet>;
  /** Takes over keys that have just been changed, without waiting to notice. */
  take(keys: readonly SigningKey[]): void;
};

const accessTokenIssuer = 'https://auth.doffers.in';

/** How long a rotation by another process may go unnoticed; a fraction of the time a key is published before it signs. */
const freshMs = 30_000;

type Options = {
  readonly keys: Pick<SigningKeyRepository, 'list'>;
  readonly now: () => Date;
  readonly onStale: (error: unknown) => void;
};

/** The signing keys, read every half minute; while they cannot be read, the ones known go on serving. */
export function createKeyRing({ keys, now, onStale }: Options): KeyRing {
  let known: { readonly list: readonly SigningKey[]; readonly readAt: number } | undefined;
  let reading: Promise<void> | undefined;

  const take = (list: readonly SigningKey[]) => {
    known = { list, readAt: now().getTime() };
  };

  async function current(): Promise<readonly SigningKey[]> {
    if (known === undefined || now().getTime() - known.readAt >= freshMs) {
      reading ??= keys
        .list()
        .then(take)
        .finally(() => {
          reading = undefined;
        });
      await reading.catch((error: unknown) => {
        if (known === undefined) throw error;
        onStale(error);
      });
    }
    return known?.list ?? [];
  }

  return {
    take,
    async sign(claims) {
      const key = (await current()).find(({ state }) => state === 'current');
      if (key === undefined) throw new Error('there is no key to sign with');
      return new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: key.id })
        .setIssuer(accessTokenIssuer)
        .sign(await importJWK(key.privateJwk, 'ES256'));
    },
    async published() {
      return { keys: (await current()).map(({ publicJwk }) => publicJwk) };
    },
  };
}
