import { DomainError } from '@doffers/errors';
import type { SignUpDetails } from '../clients/accounts.ts';
import type { Deps } from '../usecases/deps.ts';

type Sent = { readonly phone: string; readonly role: string; readonly details?: SignUpDetails };
type Fake = Deps & { readonly sent: Sent[]; readonly profiles: Map<string, SignUpDetails> };

/** Auth and user in memory: one account, one known PIN code, the code 012345. */
export function fakeDeps(signedUp?: SignUpDetails): Fake {
  const sent: Sent[] = [];
  const profiles = new Map<string, SignUpDetails>();
  return {
    sent,
    profiles,
    accounts: {
      async sendCode(request) {
        sent.push(request);
      },
      async verifyCode({ code }) {
        if (code !== '012345') throw new DomainError('unauthenticated', 'OTP_INVALID', 'this code is wrong or too old');
        return { token: 't', refreshToken: 'r', userId: 'u1', phone: '+918888888888', signUp: signedUp };
      },
      read: async () => ({ phone: '+918888888888', createdAt: new Date('2026-11-23T06:00:00Z') }),
      lastCode: async () => ({ code: '012345', expiresAt: new Date('2026-11-23T06:05:00Z') }),
    },
    people: {
      async findPlace(pincode) {
        if (pincode !== '560034')
          throw new DomainError('invalid_argument', 'PINCODE_UNKNOWN', 'there is no such PIN code');
        return {
          pincode,
          state: 'Karnataka',
          district: 'Bengaluru',
          areas: [{ name: 'Koramangala', district: 'Bengaluru' }],
        };
      },
      async createProfile(userId, details) {
        profiles.set(userId, details);
      },
      readProfile: async () => ({
        name: 'Asha',
        pincode: '560034',
        city: 'Bengaluru',
        state: 'Karnataka',
        address: '',
      }),
      async updateProfile(changes) {
        profiles.set('u1', { name: '', pincode: '', city: '', address: '', ...profiles.get('u1'), ...changes });
      },
      shopApproval: async () => 'pending',
    },
  };
}
