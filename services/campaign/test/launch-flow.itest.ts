import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase, type Database, migrate, newId } from '@doffers/database';
import { DomainError } from '@doffers/errors';
import { microRupees } from '@doffers/money';
import { Campaign_State, CampaignService } from '@doffers/proto/campaign/v1/campaign_service';
import { CampaignStateService, RecordPhaseRequest_Phase } from '@doffers/proto/campaign/v1/campaign_state_service';
import { Channel } from '@doffers/proto/campaign/v1/channel';
import { LaunchService } from '@doffers/proto/campaign/v1/launch_service';
import { ReportService } from '@doffers/proto/campaign/v1/report_service';
import { Template_State, TemplateService } from '@doffers/proto/campaign/v1/template_service';
import { TemplateStatusService } from '@doffers/proto/campaign/v1/template_status_service';
import { DispatchService } from '@doffers/proto/notification/v1/dispatch_service';
import { OfferService } from '@doffers/proto/offer/v1/offer_service';
import { HoldService } from '@doffers/proto/payment/v1/hold_service';
import { InvoiceService } from '@doffers/proto/payment/v1/invoice_service';
import { AudienceService } from '@doffers/proto/user/v1/audience_service';
import { PlaceService } from '@doffers/proto/user/v1/place_service';
import type { Client } from '@doffers/rpc';
import { createTestDatabase, startTestServer, type TestDatabase, type TestServer, testTokens } from '@doffers/testkit';
import { createAudiences } from '../clients/audiences.ts';
import { createWorkflowCommands } from '../clients/campaign-workflows.ts';
import { createDirectory } from '../clients/directory.ts';
import { createDispatch } from '../clients/dispatch.ts';
import { createPricing } from '../clients/pricing.ts';
import { createCampaignHandlers } from '../handlers/campaign-handlers.ts';
import { createCampaignStateHandlers } from '../handlers/campaign-state-handlers.ts';
import { createLaunchHandlers } from '../handlers/launch-handlers.ts';
import { createReportHandlers } from '../handlers/report-handlers.ts';
import { createTemplateHandlers } from '../handlers/template-handlers.ts';
import { createTemplateStatusHandlers } from '../handlers/template-status-handlers.ts';
import { createCampaignRepository } from '../repositories/campaign-repository.ts';
import { createControlRepository } from '../repositories/control-repository.ts';
import { createLaunchRepository } from '../repositories/launch-repository.ts';
import { createQuoteRepository } from '../repositories/quote-repository.ts';
import { tables } from '../repositories/tables.ts';
import { createTemplateRepository } from '../repositories/template-repository.ts';
import { createTestMessageRepository } from '../repositories/test-message-repository.ts';
import { aCampaign } from './campaigns.ts';
import { fakeDeps, owner, stranger } from './fake-deps.ts';
import { startOtherServices } from './other-services.ts';

const { shopId, offerId } = aCampaign();

describe('a campaign from draft to report, over gRPC and MariaDB', () => {
  let place: TestDatabase;
  let db: Database;
  let others: Awaited<ReturnType<typeof startOtherServices>>;
  let server: TestServer;
  let campaigns: Client<typeof CampaignService>;
  let launches: Client<typeof LaunchService>;
  let reports: Client<typeof ReportService>;
  let workflow: Client<typeof CampaignStateService>;
  /** What the workflows were told, and whether the wallet is empty. */
  const commands: object[] = [];
  const wallet = { empty: false };

  const control = (phase: 'paused' | 'sending' | 'cancelled') => async (command: object) => {
    commands.push(command);
    return { phase, openMessages: 7, sendAt: Date.parse('2026-11-23T06:00:00Z') };
  };

  before(async () => {
    const tokens = await testTokens(['gateway-test', 'worker', 'campaign']);
    others = await startOtherServices(tokens);
    place = await createTestDatabase('campaign_flow');
    db = createDatabase({ url: place.url, ...tables });
    await migrate(db);
    await db.initialize();
    const other = <S extends Parameters<TestServer['service']>[0]>(service: S) =>
      others.server.service(service, 'campaign');
    const deps = {
      ...fakeDeps(),
      campaigns: createCampaignRepository(db),
      quotes: createQuoteRepository(db),
      launches: createLaunchRepository(db),
      controls: createControlRepository(db),
      templates: createTemplateRepository(db),
      testMessages: createTestMessageRepository(db),
      directory: createDirectory(other(OfferService), other(PlaceService)),
      audiences: createAudiences(other(AudienceService)),
      pricing: createPricing(other(HoldService), other(InvoiceService)),
      dispatch: createDispatch(other(DispatchService)),
      workflows: createWorkflowCommands(
        {
          async launch(command) {
            commands.push(command);
            if (wallet.empty) throw new DomainError('failed_precondition', 'INSUFFICIENT_FUNDS', 'top up');
            return { heldPaise: 17, sendAt: command.sendAt };
          },
          pause: control('paused'),
          resume: control('sending'),
          cancel: control('cancelled'),
          reschedule: control('sending'),
        },
        { settleWindowSeconds: 30 },
      ),
      rates: { whatsapp: microRupees(990_000), push: microRupees(50_000), in_app: microRupees(20_000) },
      newId,
      now: () => new Date(),
      pause: () => sleep(10),
    };
    server = await startTestServer(
      'campaign',
      (serve) => {
        serve(CampaignService, createCampaignHandlers(deps));
        serve(LaunchService, createLaunchHandlers(deps));
        serve(ReportService, createReportHandlers(deps));
        serve(TemplateService, createTemplateHandlers(deps));
        serve(TemplateStatusService, createTemplateStatusHandlers(deps));
        serve(CampaignStateService, createCampaignStateHandlers(deps));
      },
      tokens,
    );
    const claims = { userId: owner.userId, roles: ['shopkeeper'] } as const;
    campaigns = await server.user(CampaignService, claims);
    launches = await server.user(LaunchService, claims);
    reports = await server.user(ReportService, claims);
    workflow = server.service(CampaignStateService, 'worker');
  });
  after(async () => {
    await server.stop();
    await others.server.stop();
    await db.destroy();
    await place.drop();
  });

  const draft = async (changes: object = {}) => {
    const { campaignId } = await campaigns.createCampaign({
      shopId,
      offerId,
      requestId: newId(),
      name: 'Diwali week',
      channels: [Channel.PUSH, Channel.IN_APP],
      content: { title: 'Flat 20% off', body: 'Today' },
      audience: { pincodes: ['560034'], radiusKm: 2.5, cities: ['Mysuru'], activeWithinDays: 90 },
      ...changes,
    });
    return campaignId;
  };
  const lastAsked = (method: string) => others.asked.findLast((call) => call.method === method)?.request as never;
  const stateOf = async (campaignId: string) => (await campaigns.getCampaign({ campaignId })).state;

  it('is quoted, launched, run, watched and accounted for', async () => {
    const campaignId = await draft();
    const quote = await launches.quoteCampaign({ campaignId, requestId: 'q1' });
    assert.deepEqual([quote.customers, quote.totalPaise, quote.taxPaise, quote.etag], [3n, 17n, 3n, '"1"']);
    assert.deepEqual(
      quote.lines.map(({ channel, recipients, rateMicros, taxablePaise }) => [
        channel,
        recipients,
        rateMicros,
        taxablePaise,
      ]),
      [
        [Channel.PUSH, 2n, 50_000n, 10n],
        [Channel.IN_APP, 2n, 20_000n, 4n],
      ],
    );
    assert.deepEqual([quote.exclusions[0]?.reason, quote.exclusions[0]?.count], ['OPTED_OUT', 1n]);
    const { segment } = lastAsked('freezeAudience') as { segment: Record<string, unknown> };
    const { pincodes, radiusKm, cities, activeWithinDays } = segment;
    assert.deepEqual([pincodes, radiusKm, cities, activeWithinDays], [['560034'], 2.5, ['Mysuru'], 90]);

    const request = { campaignId, requestId: 'r1', quoteId: quote.quoteId };
    const launch = await launches.launchCampaign(request);
    assert.equal(launch.heldPaise, 17n);
    assert.deepEqual(await launches.launchCampaign(request), launch);
    await assert.rejects(launches.launchCampaign({ ...request, requestId: 'r2' }), { reason: 'ALREADY_LAUNCHED' });
    assert.equal(await stateOf(campaignId), Campaign_State.SCHEDULED);
    const change = { campaign: { campaignId, name: 'Late' }, updateMask: { paths: ['name'] } };
    await assert.rejects(campaigns.updateCampaign(change), { reason: 'CAMPAIGN_STATE' });

    const plan = await workflow.getLaunchPlan({ campaignId, launchNo: 1 });
    assert.deepEqual([plan.shopId, plan.title, plan.link], [shopId, 'Flat 20% off', `offers/${offerId}`]);
    assert.deepEqual(
      plan.channels.map(({ channel, size, rateMicros }) => [channel, size, rateMicros]),
      [
        [Channel.PUSH, 2, 50_000],
        [Channel.IN_APP, 2, 20_000],
      ],
    );
    assert.equal((await reports.getProgress({ campaignId })).channels[0]?.pending, 2n);

    others.ledger.prepared = true;
    const phase = { campaignId, launchNo: 1 };
    await workflow.recordPhase({ ...phase, phase: RecordPhaseRequest_Phase.SENDING, sequence: 1n, heldPaise: 17n });
    assert.equal(await stateOf(campaignId), Campaign_State.SENDING);
    const paused = await launches.pauseCampaign({ campaignId, requestId: 'p1' });
    assert.deepEqual([paused.state, paused.openMessages], ['PAUSED', 7n]);

    const told: (string | undefined)[] = [];
    for await (const { event } of reports.watchCampaign({ campaignId })) {
      told.push(event.case);
      if (event.case !== 'progress') continue;
      assert.deepEqual([event.value.state, event.value.percent], ['SENDING', 50]);
      const money = { capturedPaise: 12n, releasedPaise: 5n, invoiceId: newId() };
      await workflow.recordPhase({ ...phase, ...money, phase: RecordPhaseRequest_Phase.COMPLETED, sequence: 2n });
    }
    assert.deepEqual(told, ['progress', 'done']);

    const report = await reports.getReport({ campaignId });
    assert.deepEqual([report.heldPaise, report.capturedPaise, report.releasedPaise], [17n, 12n, 5n]);
    assert.deepEqual([report.invoiceNumber, report.invoiceTotalPaise, report.customers], ['DOF/2627/000001', 12n, 3n]);
    assert.ok(report.finishTime);
    const [push, inbox] = report.progress?.channels ?? [];
    assert.match(push?.reasons[0]?.explanation ?? '', /no longer on this device/);
    assert.equal(inbox?.pending, 2n);
    const page = await reports.listRecipients({ campaignId, channel: Channel.PUSH });
    assert.equal(page.recipients[0]?.state, 'ACCEPTED');
    assert.match(page.nextPageToken, /^next/, 'the next page of the ledger, bound to this list');
    assert.equal((lastAsked('listRecipients') as { pageSize: number }).pageSize, 100);
  });

  it('fails without money, is changed, quoted anew and launched again', async () => {
    const campaignId = await draft();
    const { quoteId } = await launches.quoteCampaign({ campaignId, requestId: 'q1' });
    wallet.empty = true;
    const request = { campaignId, requestId: 'r1', quoteId };
    await assert.rejects(launches.launchCampaign(request), { reason: 'INSUFFICIENT_FUNDS' });
    wallet.empty = false;
    assert.equal(await stateOf(campaignId), Campaign_State.FAILED);
    await assert.rejects(launches.launchCampaign(request), { reason: 'INSUFFICIENT_FUNDS' });
    await campaigns.updateCampaign({ campaign: { campaignId, name: 'Smaller' }, updateMask: { paths: ['name'] } });
    await assert.rejects(launches.launchCampaign({ ...request, requestId: 'r2' }), { reason: 'QUOTE_STALE' });
    const again = await launches.quoteCampaign({ campaignId, requestId: 'q2' });
    await launches.launchCampaign({ campaignId, requestId: 'r3', quoteId: again.quoteId });
    assert.deepEqual(commands.filter((command) => 'launchNo' in command && command.launchNo === 2).length, 1);
    await assert.rejects(workflow.getLaunchPlan({ campaignId, launchNo: 1 }), { reason: 'QUOTE_STALE' });
    assert.equal((await workflow.getLaunchPlan({ campaignId, launchNo: 2 })).audienceId.length, 36);
  });

  it('asks the workflow once of twenty launches at the same moment', async () => {
    const campaignId = await draft();
    const { quoteId } = await launches.quoteCampaign({ campaignId, requestId: 'q1' });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        launches.launchCampaign({ campaignId, requestId: `r${index}`, quoteId }),
      ),
    );
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
    assert.equal(
      commands.filter((command) => 'launchNo' in command && Reflect.get(command, 'campaignId') === campaignId).length,
      1,
    );
  });

  it('is hidden from strangers, and its inside from everybody', async () => {
    const campaignId = await draft();
    const claims = { userId: stranger.userId, roles: ['shopkeeper'] } as const;
    const foreign = await server.user(LaunchService, claims);
    const spy = await server.user(ReportService, claims);
    const hidden = { reason: 'CAMPAIGN_NOT_FOUND' };
    await assert.rejects(foreign.quoteCampaign({ campaignId, requestId: 'q1' }), hidden);
    await assert.rejects(foreign.cancelCampaign({ campaignId, requestId: 'c1' }), hidden);
    await assert.rejects(spy.getReport({ campaignId }), hidden);
    await assert.rejects(firstOf(spy.watchCampaign({ campaignId })), hidden);
    const inside = await server.user(CampaignStateService, claims);
    await assert.rejects(inside.getLaunchPlan({ campaignId, launchNo: 1 }), /INTERNAL_ONLY/);
  });

  it('sends a WhatsApp template in its language, to its author first', async () => {
    const content = {
      whatsappTemplate: 'offer_announcement',
      whatsappLanguage: 'hi',
      whatsappVariables: ['आशा', 'Asha Stores', '20%', 'Friday'],
    };
    const campaignId = await draft({ channels: [Channel.WHATSAPP], content });
    const test = await launches.sendTestMessage({ campaignId, requestId: 'm1', channel: Channel.WHATSAPP });
    assert.equal(test.deliveryId, `${campaignId}.t.1`);
    const sent = lastAsked('sendTest') as { userId: string; content: { whatsappLanguage: string } };
    assert.deepEqual([sent.userId, sent.content.whatsappLanguage], [owner.userId, 'hi']);
    const quote = await launches.quoteCampaign({ campaignId, requestId: 'q1' });
    assert.equal(quote.lines[0]?.channel, Channel.WHATSAPP);
    const unknown = { title: '', body: '', ...content, whatsappTemplate: 'nobodys' };
    await assert.rejects(draft({ channels: [Channel.WHATSAPP], content: unknown }), { reason: 'TEMPLATE_NOT_FOUND' });
    const short = { ...content, whatsappVariables: ['आशा'] };
    await assert.rejects(draft({ channels: [Channel.WHATSAPP], content: short }), { reason: 'TEMPLATE_VARIABLES' });
  });

  it('lists templates of shop and platform', async () => {
    const templates = await server.user(TemplateService, { userId: owner.userId, roles: ['shopkeeper'] });
    const text = {
      shopId,
      requestId: 't1',
      name: 'festival',
      language: 'en',
      body: 'Hello {{1}}, come by.',
      examples: ['Asha'],
    };
    const made = await templates.createTemplate(text);
    assert.deepEqual([made.state, made.variableCount], [Template_State.PENDING, 1]);
    await assert.rejects(templates.createTemplate({ ...text, requestId: 't2' }), { reason: 'TEMPLATE_EXISTS' });
    const content = { whatsappTemplate: 'festival', whatsappVariables: ['Asha'] };
    const campaignId = await draft({ channels: [Channel.WHATSAPP], content });
    const quote = (requestId: string) => launches.quoteCampaign({ campaignId, requestId });
    await assert.rejects(quote('q1'), { reason: 'TEMPLATE_NOT_APPROVED' });
    const atProvider = { name: `s${shopId.replaceAll('-', '')}_festival`, language: 'en' };
    const judge = (status: string, reason = '') =>
      server.service(TemplateStatusService).recordTemplateStatus({ ...atProvider, status, reason });
    await judge('REJECTED', 'INVALID_FORMAT');
    const [rejected] = (await templates.listTemplates({ shopId, pageSize: 1 })).templates;
    assert.deepEqual([rejected?.state, rejected?.rejectionReason], [Template_State.REJECTED, 'INVALID_FORMAT']);
    await judge('APPROVED');
    assert.equal((await quote('q2')).lines[0]?.channel, Channel.WHATSAPP);
    await launches.sendTestMessage({ campaignId, requestId: 'm1', channel: Channel.WHATSAPP });
    const sent = lastAsked('sendTest') as { content: { whatsappTemplate: string } };
    assert.equal(sent.content.whatsappTemplate, atProvider.name);
    await judge('PAUSED');
    await assert.rejects(quote('q3'), { reason: 'TEMPLATE_NOT_APPROVED' });
    const first = await templates.listTemplates({ shopId, pageSize: 2 });
    const rest = await templates.listTemplates({ shopId, pageSize: 100, pageToken: first.nextPageToken });
    assert.deepEqual([first.templates[0]?.name, first.templates.length, rest.templates.length], ['festival', 2, 4]);
    assert.equal(rest.nextPageToken, '');
  });
});

async function firstOf<T>(messages: AsyncIterable<T>): Promise<T | undefined> {
  for await (const message of messages) return message;
  return undefined;
}
