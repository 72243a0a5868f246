import type { Logger, Redis } from '@doffers/process';

/**
 * Sessions that were ended while tokens of theirs are still alive, for services that check tokens without asking auth:
 * key `auth:ended:<session id>`. The session's row is the truth; this list may be lost.
 */
export type RevocationList = { add(sessionId: string, forMs: number): Promise<void> };

export function createRevocationList(redis: Redis, log: Logger): RevocationList {
  return {
    async add(sessionId, forMs) {
      await redis.set(`auth:ended:${sessionId}`, '1', 'PX', forMs).catch((err: unknown) => {
        log.warn(
          { err, sessionId },
          'other services do not hear that a session has ended; its tokens expire by themselves',
        );
      });
    },
  };
}
