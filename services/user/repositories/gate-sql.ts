import { type Channel, channelCodes } from '../domain/audience/channel.ts';
import type { FrequencyCap } from '../domain/audience/frequency-cap.ts';
import { consentStates, gates } from '../domain/audience/gate.ts';

/** By what a gate is decided besides the customer's own row. */
export type GateRules = {
  /** A date in India. */
  readonly today: string;
  readonly cap: FrequencyCap | undefined;
};

const contacts: Record<Channel, string> = { whatsapp: 'c.phones = 0', push: 'c.devices = 0', in_app: 'FALSE' };
const unreachable: Record<Channel, string | undefined> = {
  whatsapp: 'c.whatsapp_unreachable_until',
  push: 'c.push_unreachable_until',
  in_app: undefined,
};

/**
 * The gate of customer `c` on a channel as an SQL expression: the one rule by which an estimate counts, a freeze selects
 * and a dispatch sends. Made of constants and dates only, so it needs no parameters.
 *
 * @param capped whether the customer is capped: looked up one by one for a page, joined for a range
 */
export function gateSql(channel: Channel, { today, cap }: GateRules, capped: 'looked up' | 'joined'): string {
  const until = unreachable[channel];
  const consent = `c.${channel}_consent`;
  return `CASE
    WHEN c.account <> 0 THEN ${gates.accountClosed}
    WHEN ${consent} = ${consentStates.withdrawn} THEN ${gates.optedOut}
    WHEN ${consent} <> ${consentStates.granted} THEN ${gates.noConsent}
    WHEN ${contacts[channel]} THEN ${gates.noContact}
    ${until ? `WHEN ${until} > ${date(today)} THEN ${gates.unreachable}` : ''}
    ${cap ? `WHEN ${capped === 'joined' ? isJoined(channel) : lookUpSql(channel, today, cap)} THEN ${gates.capped}` : ''}
    ELSE ${gates.open} END`;
}

/** Joins to customers `c` who is capped; grouping the reach of a range once costs far less than looking up each. */
export function cappedJoinsSql(
  channels: readonly Channel[],
  { today, cap }: GateRules,
  range?: { readonly from: number; readonly to: number },
): string {
  if (cap === undefined) return '';
  const numbers = range ? `AND r.customer_number BETWEEN ${Number(range.from)} AND ${Number(range.to)}` : '';
  const joins = channels.map(
    (channel) => `LEFT JOIN (
      SELECT r.customer_number FROM customer_reach r WHERE ${reachSql(channel, today, cap)} ${numbers}
       GROUP BY r.customer_number HAVING SUM(r.messages) >= ${cap.messages}
    ) ${channel}_capped ON ${channel}_capped.customer_number = c.number`,
  );
  return joins.join('\n');
}

const isJoined = (channel: Channel) => `${channel}_capped.customer_number IS NOT NULL`;

function lookUpSql(channel: Channel, today: string, cap: FrequencyCap): string {
  return `COALESCE((SELECT SUM(r.messages) FROM customer_reach r
    WHERE ${reachSql(channel, today, cap)} AND r.customer_number = c.number), 0) >= ${cap.messages}`;
}

/** The messages that count for the cap. */
function reachSql(channel: Channel, today: string, { days }: FrequencyCap): string {
  return `r.channel = ${channelCodes[channel]} AND r.reached_on > ${date(today)} - INTERVAL ${days} DAY`;
}

/** @throws RangeError for anything but a date, since it becomes part of a statement */
export function date(day: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) throw new RangeError('not a date');
  return `DATE '${day}'`;
}
