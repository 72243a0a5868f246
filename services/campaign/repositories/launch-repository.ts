import { type Database, type Transaction, transaction } from '@doffers/database';
import { type Paise, paise } from '@doffers/money';
import { type Campaign, type CampaignState, campaignNotFound, hasEnded, isOpen } from '../domain/campaign.ts';
import {
  alreadyLaunched,
  type Launch,
  type LaunchFailure,
  type LaunchKey,
  type PhaseReport,
  reportedFailure,
} from '../domain/launch.ts';
import { quoteStale } from '../domain/quote.ts';
import { CampaignEntity } from './campaign-entity.ts';
import { lockCampaign } from './campaign-repository.ts';
import { fromRow, LaunchEntity, type LaunchRow } from './launch-entity.ts';

export type NewLaunch = Pick<Launch, 'campaignId' | 'requestId' | 'quoteId' | 'askedSendAt' | 'createdAt'> & {
  /** The version of the campaign that the quote priced. */
  readonly version: number;
};

export type StuckLaunch = Launch & Pick<Campaign, 'shopId'>;

export type LaunchRepository = {
  find(key: LaunchKey): Promise<Launch | undefined>;
  findByRequest(campaignId: string, requestId: string): Promise<Launch | undefined>;
  /**
   * Takes the campaign for a launch: of all who try at once, one gets it. Whoever repeats its request gets its launch.
   * @throws DomainError `ALREADY_LAUNCHED` or `QUOTE_STALE`
   */
  begin(launch: NewLaunch): Promise<Launch>;
  /** Notes that the money is held. */
  succeed(key: LaunchKey, answer: { readonly held: Paise; readonly sendAt: Date }, at: Date): Promise<Launch>;
  /** Notes why a launch failed; the campaign may be launched again. */
  fail(key: LaunchKey, failure: LaunchFailure, at: Date): Promise<Launch>;
  /**
   * Takes a report over unless a later one came before it. One of an older launch never changes the campaign.
   * @throws DomainError `CAMPAIGN_NOT_FOUND`
   */
  recordPhase(report: PhaseReport, at: Date): Promise<void>;
  moveSendTime(key: LaunchKey, sendAt: Date): Promise<void>;
  /** Launches that were begun before `before` and have no answer yet, the oldest first. */
  listStuck(before: Date, limit: number): Promise<readonly StuckLaunch[]>;
};

const nothingReported = -1;

export function createLaunchRepository(db: Database): LaunchRepository {
  const find = async (where: LaunchKey | Pick<Launch, 'campaignId' | 'requestId'>) => {
    const row = await db.getRepository(LaunchEntity).findOneBy(where);
    return row === null ? undefined : fromRow(row);
  };

  /** Changes a launch, and its campaign's state as long as that is still this launch's. */
  async function change(
    key: LaunchKey,
    at: Date,
    decide: (state: CampaignState, row: LaunchRow) => Change | undefined,
  ) {
    return transaction(db, async (tx) => {
      const campaign = await lockCampaign(tx, key.campaignId);
      const row = await findRow(tx, key);
      const decided = decide(campaign.state, row);
      if (decided === undefined) return fromRow(row);
      await tx.update(LaunchEntity, keyOf(key), decided.row);
      const { state } = decided;
      if (campaign.launchNo === key.launchNo && state !== undefined) {
        await tx.update(CampaignEntity, { id: campaign.id }, { state, updatedAt: at });
      }
      return fromRow({ ...row, ...decided.row });
    });
  }

  return {
    find: ({ campaignId, launchNo }) => find({ campaignId, launchNo }),
    findByRequest: (campaignId, requestId) => find({ campaignId, requestId }),
    begin: ({ version, ...launch }) =>
      transaction(db, async (tx) => {
        const { campaignId, requestId } = launch;
        const campaign = await lockCampaign(tx, campaignId);
        const same = await tx.findOneBy(LaunchEntity, { campaignId, requestId });
        if (same !== null) return fromRow(same);
        if (!isOpen(campaign)) throw alreadyLaunched();
        if (campaign.version !== version) throw quoteStale();
        const launchNo = campaign.launchNo + 1;
        const row = newRow({ ...launch, launchNo });
        await tx.insert(LaunchEntity, row);
        const taken = { state: 'launching', launchNo, updatedAt: launch.createdAt } as const;
        await tx.update(CampaignEntity, { id: campaignId }, taken);
        return fromRow(row);
      }),
    succeed: (key, { held, sendAt }, at) =>
      change(key, at, (state) => ({ row: { held, sendAt }, state: state === 'launching' ? 'scheduled' : undefined })),
    fail: (key, failure, at) =>
      change(key, at, (state) => {
        const row = { failure, finishedAt: at };
        if (state === 'launching') return { row, state: 'failed' };
        return state === 'failed' ? { row, state: undefined } : undefined;
      }),
    async recordPhase(report, at) {
      await change(report, at, (state, row) => {
        if (report.sequence <= row.sequence) return undefined;
        // The state may be of a newer launch, which `change` leaves alone; an end is an end.
        return { row: reportedColumns(report, row, at), state: hasEnded({ state }) ? undefined : report.phase };
      });
    },
    async moveSendTime(key, sendAt) {
      await db.getRepository(LaunchEntity).update(keyOf(key), { sendAt });
    },
    async listStuck(before, limit) {
      const rows = await db
        .getRepository(CampaignEntity)
        .createQueryBuilder('campaign')
        .innerJoin('launch', 'launch', 'launch.campaignId = campaign.id AND launch.launchNo = campaign.launchNo')
        .where("campaign.state = 'launching' AND launch.createdAt < :before", { before })
        .orderBy('launch.createdAt')
        .limit(limit)
        .getMany();
      const launches = await Promise.all(rows.map(({ id, launchNo }) => find({ campaignId: id, launchNo })));
      return launches.flatMap((launch, at) => {
        const shopId = rows[at]?.shopId;
        return launch === undefined || shopId === undefined ? [] : [{ ...launch, shopId }];
      });
    },
  };
}

type Change = { readonly row: Partial<LaunchRow>; readonly state: CampaignState | undefined };

async function findRow(tx: Transaction, key: LaunchKey): Promise<LaunchRow> {
  const row = await tx.findOneBy(LaunchEntity, keyOf(key));
  if (row === null) throw campaignNotFound();
  return row;
}

function keyOf({ campaignId, launchNo }: LaunchKey): LaunchKey {
  return { campaignId, launchNo };
}

function newRow({ askedSendAt, ...launch }: Omit<NewLaunch, 'version'> & LaunchKey): LaunchRow {
  const money = { held: null, captured: paise(0), released: paise(0), invoiceId: null };
  const outcome = { sendAt: null, failure: null, finishedAt: null, sequence: nothingReported };
  return { ...launch, ...money, ...outcome, askedSendAt: askedSendAt ?? null };
}

function reportedColumns(report: PhaseReport, row: LaunchRow, at: Date): Partial<LaunchRow> {
  const { phase, reason, sequence } = report;
  return {
    sequence,
    held: report.held ?? row.held,
    captured: report.captured ?? row.captured,
    released: report.released ?? row.released,
    invoiceId: report.invoiceId ?? row.invoiceId,
    ...(hasEnded({ state: phase }) && { finishedAt: row.finishedAt ?? at }),
    ...(phase === 'failed' && { failure: row.failure ?? reportedFailure(reason) }),
  };
}
