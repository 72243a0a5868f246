import { otpUnavailable } from '../domain/send-limits.ts';

/**
 * Asks Redis. Whatever goes wrong there means that a code cannot be checked or a limit not be counted, so the answer is
 * a refusal: never a way around.
 *
 * @throws DomainError `OTP_UNAVAILABLE`
 */
export async function failingClosed<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw otpUnavailable(error);
  }
}
