import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { DomainError } from '@doffers/errors';
import { Channel } from '@doffers/proto/campaign/v1/channel';
import {
  type ChannelProgressSchema,
  DispatchControlSchema,
  DispatchEventSchema,
  DispatchProgressSchema,
  DispatchEvent_Halt as Halt,
  PrepareDispatchResponseSchema,
  StopReason,
} from '@doffers/proto/notification/v1/dispatch_service';
import type { ActivityClients } from '../activities/index.ts';

type Ended = { readonly halt: Halt; readonly resumeAt?: number };
type Sent = { readonly size: number; readonly closed: Map<string, number>; retry: number; retryPass: number };
export type ClaimedGroup = {
  readonly channel: Channel;
  readonly pass: number;
  readonly first: number;
  readonly token: bigint;
};

const groupSizes: Readonly<Partial<Record<Channel, number>>> = { [Channel.WHATSAPP]: 10, [Channel.IN_APP]: 100 };

/** The delivery ledger of one campaign: every group is claimed once, and only on the grid. */
export function fakeDispatch() {
  const state = { paused: false, stopReason: '', settled: false, final: true, chunkGroups: 2, lanes: 2 };
  const channels = new Map<Channel, Sent>();
  const claims: ClaimedGroup[] = [];
  /** A test may hold a group back, or end the call before it. */
  const hooks: { beforeGroup(group: ClaimedGroup): Promise<Ended | undefined> | Ended | undefined } = {
    beforeGroup: () => undefined,
  };
  const control = async () => create(DispatchControlSchema, { openMessages: 7n });
  const sizeOf = (channel: Channel) => groupSizes[channel] ?? 1;

  async function progress() {
    const rows = [...channels].map(([channel, sent]): MessageInitShape<typeof ChannelProgressSchema> => {
      const accepted = [...sent.closed.values()].reduce((sum, n) => sum + n, 0);
      const retries = sent.retry > 0 && !state.settled;
      return {
        channel,
        size: BigInt(sent.size),
        accepted: BigInt(accepted),
        billable: BigInt(accepted),
        retry: BigInt(retries ? sent.retry : 0),
        retryPass: retries ? sent.retryPass : 0,
        ...(retries ? { retryTime: timestampFromMs(Date.now() + 200) } : {}),
      };
    });
    return create(DispatchProgressSchema, { channels: rows, allFinal: state.final || state.settled });
  }

  const client: ActivityClients['dispatch'] = {
    async prepareDispatch({ channels: plans = [] }) {
      for (const { channel = 0, size = 0 } of plans) {
        if (!channels.has(channel)) channels.set(channel, { size, closed: new Map(), retry: 0, retryPass: 0 });
      }
      const grids = plans.map(({ channel = 0, size = 0 }) => {
        const groupSize = sizeOf(channel);
        return { channel, size, groupSize, chunkSize: groupSize * state.chunkGroups, lanes: state.lanes };
      });
      return create(PrepareDispatchResponseSchema, { grids });
    },
    async *dispatchChunk({ channel = 0, pass = 0, fromSeq = 0, toSeq = 0, token = 0n }) {
      const sent = channels.get(channel);
      const groupSize = sizeOf(channel);
      if (sent === undefined || fromSeq % groupSize !== 0) throw new DomainError('invalid_argument', 'OFF_GRID', 'no');
      for (let first = fromSeq; first < toSeq; first += groupSize) {
        const group = { channel, pass, first, token };
        const ended = endedBy(await hooks.beforeGroup(group));
        if (ended !== undefined) {
          const { halt, resumeAt } = ended;
          const resumeTime = resumeAt === undefined ? {} : { resumeTime: timestampFromMs(resumeAt) };
          yield create(DispatchEventSchema, { nextSeq: first, halt, ...resumeTime });
          return;
        }
        const members = Math.min(groupSize, sent.size - first);
        yield create(DispatchEventSchema, { nextSeq: first + members, accepted: close(sent, group, members) });
      }
    },
    async setDispatchState({ paused = false }) {
      state.paused = paused;
      return control();
    },
    async stopDispatch({ reason = 0 }) {
      state.stopReason ||= nameOf(StopReason, reason);
      return control();
    },
    getDispatchProgress: progress,
    async settleDispatch() {
      state.settled = true;
      return progress();
    },
  };

  function endedBy(ended: Ended | undefined): Ended | undefined {
    if (state.stopReason !== '') return { halt: Halt.STOPPED };
    return state.paused ? { halt: Halt.PAUSED } : ended;
  }

  /** Later passes claim only what waits to be sent again. */
  function close(sent: Sent, group: ClaimedGroup, members: number): number {
    const key = `${group.pass}/${group.first}`;
    if (sent.closed.has(key)) return 0;
    const again = group.pass === 0 ? members : Math.min(sent.retry, members);
    if (group.pass > 0) sent.retry -= again;
    claims.push(group);
    sent.closed.set(key, again);
    return again;
  }

  return {
    client,
    state,
    hooks,
    claims,
    /** Takes some messages of the first group back: they wait for another pass. */
    retryLater(channel: Channel, count: number, pass: number) {
      const sent = channels.get(channel);
      if (sent === undefined) return;
      sent.closed.set('0/0', (sent.closed.get('0/0') ?? 0) - count);
      Object.assign(sent, { retry: count, retryPass: pass });
    },
    sent: (channel: Channel) => [...(channels.get(channel)?.closed.values() ?? [])].reduce((sum, n) => sum + n, 0),
  };
}

/** The name of an enum's value. */
export function nameOf<E extends Readonly<Record<string, number>>>(values: E, value: number): string {
  return Object.keys(values).find((name) => values[name] === value) ?? '';
}
