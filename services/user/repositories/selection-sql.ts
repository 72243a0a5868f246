import type { Selection } from '../domain/audience/segment.ts';
import { date } from './gate-sql.ts';

// MariaDB turns a longer list into a temporary table and then no longer reads ranges of the index.
const listLength = 900;

/** The condition that customer `c` belongs to a segment. Answers nobody for a segment without a PIN code. */
export function selectionSql({ pins, activeWithinDays }: Selection, today: string): string {
  const lists = Array.from({ length: Math.ceil(pins.length / listLength) }, (_, at) =>
    pins.slice(at * listLength, (at + 1) * listLength),
  );
  const places = lists.map((list) => `c.pin IN (${list.map(Number).join(',')})`).join(' OR ') || 'FALSE';
  if (activeWithinDays === 0) return `(${places})`;
  return `(${places}) AND c.last_active_on > ${date(today)} - INTERVAL ${Number(activeWithinDays)} DAY`;
}
