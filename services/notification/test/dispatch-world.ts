import { setTimeout as sleep } from 'node:timers/promises';
import { connect, createDatabase, migrate, newId } from '@doffers/database';
import { DispatchService } from '@doffers/proto/notification/v1/dispatch_service';
import type { AudienceService } from '@doffers/proto/user/v1/audience_service';
import { AudienceService as Audience } from '@doffers/proto/user/v1/audience_service';
import type { Handlers } from '@doffers/rpc';
import { createTestDatabase, startTestServer } from '@doffers/testkit';
import { createMemberClient } from '../clients/members.ts';
import type { Channel } from '../domain/channel.ts';
import { createDispatchHandlers } from '../handlers/dispatch-handlers.ts';
import { createDispatchControl } from '../repositories/dispatch-control.ts';
import { createDispatchProgress } from '../repositories/dispatch-progress.ts';
import { createDispatchRepository } from '../repositories/dispatch-repository.ts';
import { createLedger } from '../repositories/ledger.ts';
import { createRecipients } from '../repositories/recipients.ts';
import { createSenders } from '../repositories/sender-repository.ts';
import { createStatementPool } from '../repositories/statement-pool.ts';
import { createTransact } from '../repositories/store.ts';
import { tables } from '../repositories/tables.ts';
import { createTemplateStandings } from '../repositories/template-standings.ts';
import { createTestSends } from '../repositories/test-sends.ts';
import { dispatchChunk } from '../usecases/dispatch-chunk.ts';
import type { CrashPoint, DispatchDeps } from '../usecases/dispatch-deps.ts';
import { prepareDispatch } from '../usecases/prepare-dispatch.ts';
import { readProgress } from '../usecases/read-progress.ts';
import { sendTestMessage } from '../usecases/test-message.ts';
import { createTurns } from '../usecases/turns.ts';
import type { ChunkEvent } from '../usecases/walk.ts';

/** How members of the fake audience are; every one is open and reachable unless a test says otherwise. */
export type FakeMembers = {
  gate?: (seq: number) => number;
  phone?: (seq: number) => string;
  devices?: (seq: number) => string[];
};

export const phoneOf = (seq: number) => `+9198${String(seq).padStart(8, '0')}`;
export const deviceOf = (seq: number) => `cSandboxDevice${String(seq).padStart(8, '0')}:APA91b${'0'.repeat(100)}-1`;

function audience(members: FakeMembers): Handlers<typeof AudienceService> {
  const unused = () => Promise.reject(new Error('not part of dispatch'));
  return {
    estimateAudience: unused,
    freezeAudience: unused,
    keepAudience: unused,
    recordReach: unused,
    reportUnreachable: unused,
    async readMembers({ fromSeq, toSeq, channel }) {
      const seqs = Array.from({ length: toSeq - fromSeq }, (_, index) => fromSeq + index);
      const customerIds = Buffer.alloc(16 * seqs.length);
      for (const [index, seq] of seqs.entries()) customerIds.writeUInt32BE(seq, 16 * index + 12);
      const gates = Uint8Array.from(seqs, (seq) => members.gate?.(seq) ?? 0);
      return {
        fromSeq,
        customerIds,
        gates,
        phones: channel === 1 ? seqs.map((seq) => members.phone?.(seq) ?? phoneOf(seq)) : [],
        devices: channel === 2 ? seqs.map((seq) => ({ tokens: members.devices?.(seq) ?? [deviceOf(seq)] })) : [],
      };
    },
  };
}

type Options = {
  readonly members?: FakeMembers;
  readonly send?: Partial<DispatchDeps['send']>;
  readonly rate?: number;
  readonly sendWindow?: string;
  readonly now?: () => Date;
};

/** Everything of dispatch on the real database, with an audience served over gRPC. */
export async function dispatchWorld(
  subject: string,
  { members = {}, send = {}, rate = 1_000, sendWindow = '00:00-24:00', now = () => new Date() }: Options = {},
) {
  const home = await createTestDatabase(`notification-${subject}`);
  const db = createDatabase({ url: home.url, ...tables, poolSize: 16 });
  await migrate(db);
  await connect(db);
  const user = await startTestServer('user', (serve) => serve(Audience, audience(members)));
  const pool = createStatementPool({ url: home.url });
  const dispatches = createDispatchRepository(db);
  const senders = createSenders({ pool, now });
  const templates = createTemplateStandings(db);
  const readings = {
    control: createDispatchControl(db),
    progress: createDispatchProgress(db),
    recipients: createRecipients(db),
  };
  const sender = { id: '100000000000001', ratePerSecond: rate };
  const unsent = () => Promise.reject(new Error('this test sends nothing on that channel'));

  /** What one process has: its own turns, and its own fate. */
  const process = ({
    crashAt,
    unsafeNoClaim = false,
    recordReach = false,
    ...changes
  }: { crashAt?: CrashPoint; unsafeNoClaim?: boolean; recordReach?: boolean } & Partial<
    DispatchDeps['send']
  > = {}): DispatchDeps => ({
    dispatches,
    ledger: createLedger({ pool, now, unsafeNoClaim }),
    senders,
    templates,
    coolDownMs: 60_000,
    readMembers: createMemberClient(user.service(Audience)),
    send: { whatsapp: unsent, push: unsent, ...send, ...changes },
    turns: createTurns(),
    sleep: (ms, signal) => sleep(ms, undefined, signal && { signal }),
    now,
    reached(point) {
      if (point === crashAt) throw new Error(`crashed ${point}`);
    },
    recordReach,
  });

  const deps = { ...process(), ...readings };
  const adapters = { readContact: unsent, whatsapp: { sendTemplate: unsent }, fcm: { send: unsent } };
  const serverDeps = {
    ...deps,
    sender,
    sendWindow,
    testSends: createTestSends(db),
    sendOne: (message: Parameters<typeof sendTestMessage>[1]) =>
      sendTestMessage({ ...adapters, transact: createTransact(db), now }, message),
  };
  return {
    db,
    pool,
    deps,
    process,
    sender,
    handlers: createDispatchHandlers(serverDeps),
    service: () =>
      startTestServer('notification', (serve) => serve(DispatchService, createDispatchHandlers(serverDeps))),
    async prepare(channel: Channel, size: number, campaignId = newId()) {
      await prepareDispatch(
        { dispatches, senders, sender, sendWindow, now },
        {
          campaignId,
          launchNo: 1,
          shopId: newId(),
          audienceId: newId(),
          content: {
            title: 'Chai Point',
            body: '20% off',
            link: 'offers/1',
            whatsapp: {
              template: 'offer_announcement',
              language: 'en',
              variables: ['Asha', 'Chai Point', '20% off', '30 November'],
            },
          },
          channels: [{ channel, size, chargeMicros: 20_000 }],
        },
      );
      return campaignId;
    },
    chunk(
      campaignId: string,
      channel: Channel,
      {
        from = 0,
        to = 1_000_000_000,
        token = 1n,
        pass = 0,
        budgetMs = 60_000,
        signal = new AbortController().signal,
        by = deps as DispatchDeps,
      } = {},
    ) {
      return dispatchChunk(by, { campaignId, channel, pass, range: { from, to }, token, budgetMs, signal });
    },
    async progress(campaignId: string) {
      const [channel] = (await readProgress(deps, campaignId)).channels;
      if (!channel) throw new Error('no channel');
      return channel;
    },
    /** How the rows themselves stand, to hold the counters against. */
    async counted(campaignId: string): Promise<Record<string, number>> {
      const rows: { status_rank: number; n: string }[] = await db.query(
        'SELECT status_rank, COUNT(*) AS n FROM delivery WHERE campaign_id = UNHEX(?) GROUP BY status_rank',
        [campaignId.replaceAll('-', '')],
      );
      return Object.fromEntries(rows.map((row) => [row.status_rank, Number(row.n)]));
    },
    /** Every sender as on the first day. */
    async revive() {
      await db.query(
        `UPDATE sender SET stop_code = NULL, stopped_until = NULL, wait_until = NULL, slow_permille = 1000,
                slowed_at = NULL, sends = 0, errors = 0, resume_request = NULL`,
      );
    },
    async close() {
      await pool.close();
      await db.destroy();
      await user.stop();
      await home.drop();
    },
  };
}

/** Runs a call to its end and sums up what it said. */
export async function drain(events: AsyncIterable<ChunkEvent>) {
  const total = { accepted: 0, failed: 0, suppressed: 0, unknown: 0, retry: 0 };
  let last: ChunkEvent | undefined;
  for await (const event of events) {
    for (const name of ['accepted', 'failed', 'suppressed', 'unknown', 'retry'] as const) total[name] += event[name];
    last = event;
  }
  const { nextSeq = 0, halt, resumeAt, code } = last ?? {};
  return { ...total, nextSeq, halt, resumeAt, code };
}
