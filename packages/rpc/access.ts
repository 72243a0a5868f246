import { type DescMethod, type DescService, getOption, hasOption } from '@bufbuild/protobuf';
import { DomainError } from '@doffers/errors';
import { access, Role } from '@doffers/proto/access/v1/access';
import { type Caller, type RoleName, userOf } from './call-context.ts';
import { pathOf } from './service-definition.ts';

/** Who may call a method; exactly one of three. */
export type MethodAccess =
  | { readonly kind: 'public' }
  | { readonly kind: 'internal' }
  | { readonly kind: 'roles'; readonly roles: readonly RoleName[]; readonly minAal: 1 | 2 };

const roleNames: Readonly<Record<number, RoleName>> = {
  [Role.CUSTOMER]: 'customer',
  [Role.SHOPKEEPER]: 'shopkeeper',
  [Role.ADMIN]: 'admin',
};

/** Every method of the given services, for tests that hold for all of them. */
export function methodsOf(services: readonly DescService[]): readonly DescMethod[] {
  return services.flatMap((service) => service.methods);
}

/**
 * Reads the option `doffers.access.v1.access`.
 * @throws Error when it is missing or contradicts itself, so that a server with such a method does not start
 */
export function accessOf(method: DescMethod): MethodAccess {
  const wrong = (what: string) => new Error(`${pathOf(method)}: ${what}`);
  if (!hasOption(method, access)) throw wrong('the option doffers.access.v1.access is missing');
  const option = getOption(method, access);
  const stated = [option.public, option.internal, option.roles.length > 0].filter(Boolean).length;
  if (stated !== 1) throw wrong('exactly one of public, roles and internal must be set');
  if (option.roles.length === 0 && option.minAal !== 0) throw wrong('min_aal needs roles');
  if (option.minAal > 2) throw wrong('min_aal is 1 or 2');
  if (option.public) return { kind: 'public' };
  if (option.internal) return { kind: 'internal' };
  const roles = option.roles.map((role) => {
    const name = roleNames[role];
    if (name === undefined) throw wrong(`role ${role} does not exist`);
    return name;
  });
  return { kind: 'roles', roles, minAal: option.minAal === 2 ? 2 : 1 };
}

/**
 * Decides whether a caller may use a method at all; whose shop or offer it is stays the use case's matter.
 * @throws DomainError TOKEN_MISSING, ROLE_REQUIRED, SECOND_FACTOR_REQUIRED or INTERNAL_ONLY
 */
export function authorize(required: MethodAccess, caller: Caller): void {
  switch (required.kind) {
    case 'public':
      return;
    case 'internal':
      if (caller.kind === 'service') return;
      throw new DomainError('permission_denied', 'INTERNAL_ONLY', 'this is not open to the outside');
    case 'roles': {
      if (caller.kind === 'anonymous') throw new DomainError('unauthenticated', 'TOKEN_MISSING', 'log in to do this');
      const user = userOf(caller);
      if (user === undefined || !required.roles.some((role) => user.roles.includes(role))) {
        throw new DomainError('permission_denied', 'ROLE_REQUIRED', 'your account may not do this', {
          info: { roles: required.roles.join(',') },
        });
      }
      if (user.aal < required.minAal) {
        const message = 'confirm with your second factor to do this';
        const info = { minAal: String(required.minAal) };
        throw new DomainError('permission_denied', 'SECOND_FACTOR_REQUIRED', message, { info });
      }
    }
  }
}
