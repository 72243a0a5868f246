import type { MemberPage } from '../clients/members.ts';
import type { Range } from '../domain/grid.ts';

/** One member as it stood a moment ago. */
export type Member = {
  readonly seq: number;
  /** 32 hex digits. */
  readonly customer: string;
  /** 0, or why not to send. */
  readonly gate: number;
  readonly phone: string;
  readonly devices: readonly string[];
};

type Options = {
  readonly range: Range;
  readonly pageSize: number;
  readonly read: (range: Range) => Promise<MemberPage>;
  readonly now: () => Date;
};

/** Gates older than this are asked for again: an opt-out takes effect within a second. */
const freshMs = 1_000;

/**
 * Reads a range page by page, so that sending never waits for `user`: the next one is asked for once half of this one is
 * handed out, late enough to be fresh when its turn comes.
 */
export function createMemberPages({
  range,
  pageSize,
  read,
  now,
}: Options): (group: Range) => Promise<readonly Member[]> {
  const pages = new Map<number, Promise<{ readonly page: MemberPage; readonly at: number }>>();
  const fetch = (from: number) => {
    const known = pages.get(from);
    if (known) return known;
    const at = now().getTime();
    const page = read({ from, to: Math.min(from + pageSize, range.to) }).then((members) => ({ page: members, at }));
    page.catch(() => pages.delete(from)); // whoever needs it sees the failure; one that nobody awaits must not end the process
    pages.set(from, page);
    return page;
  };
  return async (group) => {
    const start = group.from - ((group.from - range.from) % pageSize);
    const { page, at } = await fetch(start);
    for (const from of pages.keys()) if (from < start) pages.delete(from);
    const halfUsed = 2 * (group.to - start) >= pageSize;
    if (halfUsed && start + pageSize < range.to) void fetch(start + pageSize).catch(() => undefined);
    return membersOf(now().getTime() - at <= freshMs ? page : await read(group), group);
  };
}

function membersOf({ from, customers, gates, phones, devices }: MemberPage, group: Range): readonly Member[] {
  return Array.from({ length: group.to - group.from }, (_, index) => {
    const at = group.from - from + index;
    return {
      seq: group.from + index,
      customer: customers.slice(32 * at, 32 * at + 32),
      gate: gates[at] ?? 0,
      phone: phones[at] ?? '',
      devices: devices[at] ?? [],
    };
  });
}
