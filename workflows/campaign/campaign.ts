import { condition, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { LaunchPlan } from '../activities/campaign-activities.ts';
import type { Grid } from '../activities/dispatch-activities.ts';
import type {
  CampaignChannel,
  CampaignControl,
  CampaignInput,
  CampaignPhase,
  CampaignProgress,
  ChannelCounts,
  LaunchAnswer,
  StopReason,
} from '../contracts/campaign.ts';
import { searchAttributes } from '../contracts/search-attributes.ts';
import { holdKey } from '../contracts/workflow-ids.ts';
import { type Answered, AnsweredRequests } from '../lib/answered-requests.ts';
import { Saga } from '../lib/saga.ts';
import { StatusPage } from '../lib/status-page.ts';
import { UpdatableTimer } from '../lib/updatable-timer.ts';
import { PhaseReports } from './phase-reports.ts';
import { Walk, type WalkPosition } from './walk.ts';

type Counts = Partial<Record<CampaignChannel, ChannelCounts>>;
type CarriedWalk = { readonly grid: Grid; readonly position: WalkPosition };

/** Billable deliveries captured so far, by channel, and what they cost. */
export type Captures = {
  readonly quantities: Readonly<Partial<Record<CampaignChannel, number>>>;
  readonly paise: number;
};

/** What one run hands to the next. A run ends only once the dispatch is prepared. */
export type CarriedCampaign = {
  readonly plan: LaunchPlan;
  readonly launch: LaunchAnswer;
  /** It may have been moved since the launch was answered. */
  readonly sendAt: number;
  readonly walks: readonly CarriedWalk[];
  readonly counts: Counts;
  readonly phase: CampaignPhase;
  readonly paused: boolean;
  readonly stopReason?: StopReason;
  readonly stoppedSenders: readonly CampaignChannel[];
  readonly settlingSince?: number;
  readonly captures: Captures;
  readonly sequence: number;
  readonly unreported: boolean;
  readonly answered: Answered<CampaignControl>;
};

/** One channel while it is sent. */
export type SentChannel = { readonly grid: Grid; readonly walk: Walk };

const noCounts: ChannelCounts = { accepted: 0, failed: 0, suppressed: 0, unknown: 0, retry: 0 };

/** Where a campaign stands: what its messages, its lanes and its settlement share. It decides nothing by itself. */
export class Campaign {
  readonly input: CampaignInput;
  readonly status: StatusPage;
  readonly saga: Saga;
  readonly reports: PhaseReports;
  readonly timer: UpdatableTimer;
  readonly answered: AnsweredRequests<CampaignControl>;
  /** Senders that their provider stopped: people have to look. */
  readonly stoppedSenders: Set<CampaignChannel>;
  phase: CampaignPhase;
  plan: LaunchPlan | undefined;
  launch: LaunchAnswer | undefined;
  /** Why the launch was refused. */
  refusal: Error | undefined;
  /** Set once the dispatch is prepared: from then on it is settled, never failed. */
  channels: readonly SentChannel[] | undefined;
  paused: boolean;
  /** How often it was resumed in this run. */
  resumes = 0;
  settlingSince: number | undefined;
  captures: Captures;
  releasedPaise = 0;
  /** How many messages may still go out after a stop, once the ledger was told of it. */
  closing: Promise<number> | undefined;
  /** What became of its document; `{}`: there is none for now. */
  invoiced: { readonly invoiceId?: string } | undefined;
  #stopReason: StopReason | undefined;
  readonly #counts: Counts;

  constructor(input: CampaignInput, carried?: CarriedCampaign) {
    this.input = input;
    this.status = new StatusPage(`Campaign ${input.campaignId}`);
    this.saga = new Saga(this.status);
    this.reports = new PhaseReports(carried?.sequence ?? 0);
    this.timer = new UpdatableTimer(carried?.sendAt ?? input.sendAt);
    this.answered = new AnsweredRequests(carried?.answered);
    this.phase = carried?.phase ?? 'launching';
    this.plan = carried?.plan;
    this.launch = carried?.launch;
    this.channels = carried?.walks.map(({ grid, position }) => ({ grid, walk: new Walk(grid, position) }));
    this.paused = carried?.paused ?? false;
    this.stoppedSenders = new Set(carried?.stoppedSenders);
    this.settlingSince = carried?.settlingSince;
    this.captures = carried?.captures ?? { quantities: {}, paise: 0 };
    this.#stopReason = carried?.stopReason;
    this.#counts = { ...carried?.counts };
    if (carried?.unreported) this.#report();
    this.describe();
  }

  get holdKey(): string {
    return holdKey(this.input.campaignId, this.input.launchNo);
  }

  get stopReason(): StopReason | undefined {
    return this.#stopReason;
  }

  /** The history is long: what still waits goes on in the next run. */
  get nextRunDue(): boolean {
    return workflowInfo().continueAsNewSuggested && this.channels !== undefined;
  }

  /** Nothing more is to be started in this run. */
  get halted(): boolean {
    return this.#stopReason !== undefined || this.nextRunDue;
  }

  /** Ends the campaign early; the first reason stays. What waits for a time wakes up. */
  stop(reason: StopReason): void {
    this.#stopReason ??= reason;
    this.timer.fire();
  }

  /** Waits for a moment, shorter when nothing more is to be started. */
  async waitUntil(at: number): Promise<void> {
    const ms = at - Date.now();
    if (ms > 0) await condition(() => this.halted, ms);
  }

  enter(phase: Exclude<CampaignPhase, 'launching'>, reason?: string): void {
    this.phase = phase;
    if (reason === undefined) this.status.enter(phase);
    else this.status.fail(phase, reason);
    this.#report(reason);
    this.describe();
  }

  /** The money is held: what is found by operations is known now. */
  held(plan: LaunchPlan, heldPaise: number): void {
    this.launch = { heldPaise, sendAt: this.timer.deadline };
    upsertSearchAttributes([
      { key: searchAttributes.audience, value: sizeOf(plan) },
      { key: searchAttributes.amountPaise, value: heldPaise },
      { key: searchAttributes.channels, value: plan.channels.map(({ channel }) => channel) },
    ]);
  }

  count(channel: CampaignChannel, more: ChannelCounts): void {
    const { accepted, failed, suppressed, unknown, retry } = this.#counts[channel] ?? noCounts;
    this.#counts[channel] = {
      accepted: accepted + more.accepted,
      failed: failed + more.failed,
      suppressed: suppressed + more.suppressed,
      unknown: unknown + more.unknown,
      retry: retry + more.retry,
    };
    this.describe();
  }

  describe(): void {
    const channels = Object.entries(this.#counts).map(([channel, { accepted, failed, suppressed, unknown, retry }]) => [
      channel,
      `${accepted} accepted, ${failed} failed, ${suppressed} suppressed, ${unknown} unknown, ${retry} to be sent again`,
    ]);
    this.status.show({
      launch: this.input.launchNo,
      'send time': new Date(this.timer.deadline).toISOString(),
      audience: this.plan === undefined ? '' : sizeOf(this.plan),
      ...Object.fromEntries(channels),
      'held, captured, released (paise)': `${this.launch?.heldPaise ?? 0}, ${this.captures.paise}, ${this.releasedPaise}`,
      ...(this.#stopReason === undefined ? {} : { stopped: this.#stopReason }),
    });
  }

  progress(): CampaignProgress {
    return {
      phase: this.phase,
      sendAt: this.timer.deadline,
      audience: this.plan === undefined ? 0 : sizeOf(this.plan),
      counts: this.#counts,
      heldPaise: this.launch?.heldPaise ?? 0,
      capturedPaise: this.captures.paise,
      ...(this.#stopReason === undefined ? {} : { stopReason: this.#stopReason }),
    };
  }

  /** Call it once all handlers have finished and no range is in a lane's hands. */
  carry(): CarriedCampaign {
    const { plan, launch, channels, settlingSince } = this;
    if (plan === undefined || launch === undefined || channels === undefined) throw new Error('not prepared yet');
    return {
      plan,
      launch,
      sendAt: this.timer.deadline,
      walks: channels.map(({ grid, walk }) => ({ grid, position: walk.position() })),
      counts: this.#counts,
      phase: this.phase,
      paused: this.paused,
      ...(this.#stopReason === undefined ? {} : { stopReason: this.#stopReason }),
      stoppedSenders: [...this.stoppedSenders],
      ...(settlingSince === undefined ? {} : { settlingSince }),
      captures: this.captures,
      sequence: this.reports.sequence,
      unreported: this.reports.open,
      answered: this.answered.carry(),
    };
  }

  #report(reason?: string): void {
    const { campaignId, launchNo } = this.input;
    if (this.phase === 'launching') return;
    this.reports.add({
      campaignId,
      launchNo,
      phase: this.phase,
      heldPaise: this.launch?.heldPaise ?? 0,
      capturedPaise: this.captures.paise,
      releasedPaise: this.releasedPaise,
      ...(reason === undefined ? {} : { reason }),
      ...this.invoiced,
    });
  }
}

export function sizeOf({ channels }: LaunchPlan): number {
  return channels.reduce((sum, { size }) => sum + size, 0);
}
