import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { type Paise, sumPaise, toInt64 } from '@doffers/money';
import { Channel } from '@doffers/proto/campaign/v1/channel';
import type { RevenueSchema, RevenueService, StreamRevenueSchema } from '@doffers/proto/payment/v1/revenue_service';
import type { Handlers } from '@doffers/rpc';
import { channels } from '../domain/message-units.ts';
import { placeLabel } from '../domain/place-of-supply.ts';
import { type Revenue, revenueBy } from '../domain/revenue.ts';
import type { MrrMovements, RevenueReport } from '../domain/revenue-report.ts';
import { getRevenue } from '../usecases/get-revenue.ts';
import { channelOf } from './channel-message.ts';

/** Translates RevenueService between protobuf and the use case; holds no rule of its own. */
export function createRevenueHandlers(deps: Parameters<typeof getRevenue>[0]): Handlers<typeof RevenueService> {
  return {
    getRevenue: async ({ startDate, endDate }) => message(await getRevenue(deps, { from: startDate, to: endDate })),
  };
}

function message(report: RevenueReport): MessageInitShape<typeof RevenueSchema> {
  const { days, revenue, mrr, promo, paidIn, paidBack, wallets, readAt } = report;
  const ofCampaigns = revenue.filter(({ sold }) => sold === 'campaign');
  return {
    startDate: days.from,
    endDate: days.to,
    readTime: timestampFromDate(readAt),
    revenuePaise: toInt64(total(revenue)),
    streams: streams(revenue),
    days: [...Map.groupBy(revenue, ({ day }) => day)].map(([date, ofDay]) => ({
      date,
      revenuePaise: toInt64(total(ofDay)),
      streams: streams(ofDay),
    })),
    channels: [...revenueBy(ofCampaigns, 'channel')].map(([channel, amount]) => ({
      channel: channelNamed(channel),
      revenuePaise: toInt64(amount),
    })),
    states: [...revenueBy(revenue, 'state')]
      .sort(([one], [other]) => one.localeCompare(other))
      .map(([state, amount]) => ({ state: placeLabel(state), revenuePaise: toInt64(amount) })),
    recurring: recurring(mrr),
    promo: {
      grantedPaise: toInt64(promo.granted),
      usedPaise: toInt64(promo.used),
      expiredPaise: toInt64(promo.expired),
    },
    paidInPaise: toInt64(paidIn),
    paidBackPaise: toInt64(paidBack),
    wallets: {
      cashPaise: toInt64(wallets.cash),
      promoPaise: toInt64(wallets.promo),
      heldCashPaise: toInt64(wallets.heldCash),
      heldPromoPaise: toInt64(wallets.heldPromo),
    },
  };
}

const total = (revenue: readonly Revenue[]): Paise => sumPaise(revenue.map(({ amount }) => amount));

function streams(revenue: readonly Revenue[]): MessageInitShape<typeof StreamRevenueSchema> {
  const sums = revenueBy(revenue, 'sold');
  const of = (sold: Revenue['sold']) => toInt64(sums.get(sold) ?? sumPaise([]));
  return { campaignsPaise: of('campaign'), packsPaise: of('pack'), subscriptionsPaise: of('subscription') };
}

function channelNamed(name: string | undefined): Channel {
  const known = channels.find((channel) => channel === name);
  return known === undefined ? Channel.CHANNEL_UNSPECIFIED : channelOf[known];
}

function recurring(mrr: MrrMovements): MessageInitShape<typeof RevenueSchema>['recurring'] {
  return {
    startPaise: toInt64(mrr.start),
    gainedPaise: toInt64(mrr.gained),
    expandedPaise: toInt64(mrr.expanded),
    contractedPaise: toInt64(mrr.contracted),
    churnedPaise: toInt64(mrr.churned),
    endPaise: toInt64(mrr.end),
    startSubscriptions: mrr.subscriptionsAtStart,
    gainedSubscriptions: mrr.subscriptionsGained,
    churnedSubscriptions: mrr.subscriptionsChurned,
    endSubscriptions: mrr.subscriptionsAtEnd,
  };
}
