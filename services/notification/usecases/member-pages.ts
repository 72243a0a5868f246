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
  readonly groupSize: number;
  /** Members asked for at once at most, a multiple of the group's. */
  readonly pageSize: number;
  readonly read: (range: Range) => Promise<MemberPage>;
  readonly now: () => Date;
};

type Page = { readonly range: Range; readonly askedAt: number; readonly members: Promise<MemberPage> };

/** Gates older than this are asked for again: an opt-out takes effect within a second. */
const freshMs = 1_000;
/** A page is what is sent in so long: its last group is still fresh when its turn comes. */
const pageMs = 400;

/**
 * Reads a range page by page, so that sending never waits for `user`: the next one is asked for once half of this one is
 * handed out, and is as long as the pace so far allows. The first is one group.
 */
export function createMemberPages({
  range,
  groupSize,
  pageSize,
  read,
  now,
}: Options): (group: Range) => Promise<readonly Member[]> {
  let current: Page | undefined;
  let next: Page | undefined;
  let began: { readonly at: number; readonly from: number } | undefined;
  const nowMs = () => now().getTime();

  function ask(from: number, size: number): Page {
    const part = { from, to: Math.min(from + size, range.to) };
    const page: Page = { range: part, askedAt: nowMs(), members: read(part) };
    // Whoever needs it sees the failure and asks again; one that nobody awaits must not end the process.
    page.members.catch(() => {
      if (current === page) current = undefined;
      if (next === page) next = undefined;
    });
    return page;
  }

  function pageOf(group: Range): Page {
    if (current === undefined || !holds(current, group)) {
      current = next !== undefined && holds(next, group) ? next : ask(group.from, groupSize);
      next = undefined;
    }
    return current;
  }

  function nextSize({ from }: Range): number {
    began ??= { at: nowMs(), from };
    const sent = (pageMs * (from - began.from)) / Math.max(1, nowMs() - began.at);
    return Math.min(pageSize, Math.max(1, Math.floor(sent / groupSize)) * groupSize);
  }

  return async (group) => {
    const page = pageOf(group);
    const members = await page.members;
    const { from, to } = page.range;
    const size = nextSize(group);
    if (2 * (group.to - from) >= to - from && to < range.to) next ??= ask(to, size);
    return membersOf(nowMs() - page.askedAt <= freshMs ? members : await read(group), group);
  };
}

const holds = ({ range }: Page, group: Range) => range.from <= group.from && group.to <= range.to;

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
