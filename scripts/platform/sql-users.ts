import type { ServiceName } from '@doffers/topology';

export type DatabaseUrls = { readonly rows: string; readonly migrations: string };

/** Services with tables whose rows are never changed: their user changes rows only where `migrate` grants it. */
const appendOnly: ReadonlySet<string> = new Set<ServiceName>(['payment']);

type Account = { readonly user: string; readonly password: string; readonly database: string };

/**
 * The statements that give each service a database of its own with two users: one reads and writes rows, the other
 * changes tables and runs only migrations. They may be run again and again, and follow a changed password.
 */
export function databaseUsersSql(urls: Partial<Readonly<Record<ServiceName, DatabaseUrls>>>, host: string): string[] {
  const statements = Object.entries(urls).flatMap(([service, { rows, migrations }]) => {
    const [svc, ddl] = [accountOf(rows), accountOf(migrations)];
    return [
      `CREATE DATABASE IF NOT EXISTS \`${svc.database}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
      ...(appendOnly.has(service)
        ? [
            ...grant(svc, host, 'SELECT, INSERT, EXECUTE'),
            `REVOKE UPDATE, DELETE ON ${scope(svc)} FROM ${accountName(svc, host)}`,
            ...grant(ddl, host, 'ALL PRIVILEGES', 'WITH GRANT OPTION'),
          ]
        : [...grant(svc, host, 'SELECT, INSERT, UPDATE, DELETE, EXECUTE'), ...grant(ddl, host, 'ALL PRIVILEGES')]),
    ];
  });
  // What every start does again is nothing that a replica or a point-in-time restore needs.
  return ['SET SESSION sql_log_bin = 0', ...statements];
}

function grant(to: Account, host: string, privileges: string, option?: 'WITH GRANT OPTION'): string[] {
  const { password } = to;
  const account = accountName(to, host);
  return [
    `CREATE USER IF NOT EXISTS ${account} IDENTIFIED BY ${quote(password)}`,
    `ALTER USER ${account} IDENTIFIED BY ${quote(password)}`,
    `GRANT ${privileges} ON ${scope(to)} TO ${account}${option === undefined ? '' : ` ${option}`}`,
  ];
}

const accountName = ({ user }: Account, host: string) => `${quote(user)}@${quote(host)}`;

/** In a grant an underscore stands for any character. */
const scope = ({ database }: Account) => `\`${database.replaceAll('_', '\\_')}\`.*`;

function accountOf(url: string): Account {
  const { username, password, pathname } = new URL(url);
  const [user, secret, database] = [username, password, pathname.slice(1)].map(decodeURIComponent);
  if (!user || !secret || !database || /[^\w$]/.test(database)) {
    throw new Error('a database URL must read mysql://user:password@host:port/database');
  }
  return { user, password: secret, database };
}

/** Refuses instead of escaping: a line break or a backslash would mean something else in another SQL mode. */
function quote(text: string): string {
  if (/[\\\n\r\0]/.test(text)) throw new Error('a database user or password must not hold backslashes or line breaks');
  return `'${text.replaceAll("'", "''")}'`;
}
