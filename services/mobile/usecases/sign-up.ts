import { parsePincode, parseRole, parseText } from '../domain/app-user.ts';
import type { Deps } from './deps.ts';

type SignUpInput = {
  readonly role: string;
  readonly phone: string;
  readonly name: string;
  readonly pincode: string;
  readonly city: string;
  readonly address: string;
};

/**
 * Sends a code to somebody who wants an account. What they told waits in auth until the code is verified.
 *
 * @throws DomainError `VALIDATION`, `PINCODE_UNKNOWN`, and what sending a code refuses
 */
export async function signUp({ accounts, people }: Deps, input: SignUpInput): Promise<void> {
  const role = parseRole(input.role);
  const pincode = parsePincode(input.pincode);
  const details = {
    name: parseText('name', input.name, { min: 1, max: 120 }),
    pincode,
    city: parseText('city', input.city, { min: 0, max: 80 }),
    address: parseText('address', input.address, { min: 0, max: 300 }),
  };
  await people.findPlace(pincode);
  await accounts.sendCode({ phone: input.phone, role, details });
}
