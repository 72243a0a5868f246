import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { append, createFieldCipher, newId, startOutboxRelay } from '@doffers/database';
import { parseConfig } from '@doffers/process';
import { TemplateStatusService } from '@doffers/proto/campaign/v1/template_status_service';
import { CodeService } from '@doffers/proto/notification/v1/code_service';
import { DispatchService } from '@doffers/proto/notification/v1/dispatch_service';
import { InboxService } from '@doffers/proto/notification/v1/inbox_service';
import { SenderService } from '@doffers/proto/notification/v1/sender_service';
import { TemplateService } from '@doffers/proto/notification/v1/template_service';
import { WhatsappWebhookService } from '@doffers/proto/notification/v1/whatsapp_webhook_service';
import { AudienceService } from '@doffers/proto/user/v1/audience_service';
import { ContactService } from '@doffers/proto/user/v1/contact_service';
import { runService } from '@doffers/service';
import { createWebhookEvents, startWebhookApplier } from '@doffers/webhooks';
import { createAudienceReports } from './clients/audience-reports.ts';
import { createContactClient } from './clients/contacts.ts';
import { createFcm } from './clients/fcm.ts';
import { readServiceAccount } from './clients/google-credential.ts';
import { createMemberClient } from './clients/members.ts';
import { createSms } from './clients/sms.ts';
import { createTemplateReports } from './clients/template-reports.ts';
import { createWhatsApp } from './clients/whatsapp.ts';
import { createWhatsAppTemplates } from './clients/whatsapp-templates.ts';
import { isSignedByMeta, parseWhatsAppWebhook, tellsOfReceipts } from './clients/whatsapp-webhook.ts';
import { config as schema } from './config.ts';
import { createCodeHandlers } from './handlers/code-handlers.ts';
import { createDispatchHandlers } from './handlers/dispatch-handlers.ts';
import { createInboxHandlers } from './handlers/inbox-handlers.ts';
import { createSenderHandlers } from './handlers/sender-handlers.ts';
import { createTemplateHandlers } from './handlers/template-handlers.ts';
import { createWhatsappWebhookHandlers } from './handlers/whatsapp-webhook-handlers.ts';
import { createDeliveryReceipts } from './repositories/delivery-receipts.ts';
import { createDispatchControl } from './repositories/dispatch-control.ts';
import { createDispatchProgress } from './repositories/dispatch-progress.ts';
import { createDispatchRepository } from './repositories/dispatch-repository.ts';
import { createInboxRepository } from './repositories/inbox-repository.ts';
import { createLedger } from './repositories/ledger.ts';
import { createReceiptRepository } from './repositories/receipt-repository.ts';
import { createRecipients } from './repositories/recipients.ts';
import { createSealedPhones } from './repositories/sealed-phones.ts';
import { measureSenders } from './repositories/sender-metrics.ts';
import { createSenders } from './repositories/sender-repository.ts';
import { createStatementPool } from './repositories/statement-pool.ts';
import { createTransact } from './repositories/store.ts';
import { tables } from './repositories/tables.ts';
import { createTemplateStandings, judgeTemplate } from './repositories/template-standings.ts';
import { createTestSends } from './repositories/test-sends.ts';
import { applyWhatsappEvents } from './usecases/apply-whatsapp-events.ts';
import { deliverNotice } from './usecases/deliver-notice.ts';
import type { CrashPoint } from './usecases/dispatch-deps.ts';
import { createPushSender } from './usecases/send-push.ts';
import { createWhatsappSender } from './usecases/send-whatsapp.ts';
import { sendTestMessage } from './usecases/test-message.ts';
import { createTurns } from './usecases/turns.ts';

const config = parseConfig(schema);
const now = () => new Date();

runService({
  name: 'notification',
  config,
  database: tables,
  async build({ db, log, metrics, client, serve, onStop }) {
    const inbox = createInboxRepository(db.manager);
    serve(InboxService, createInboxHandlers({ inbox, transact: createTransact(db), newId, now }));

    // Two attempts fit into the five seconds that a caller waits.
    const sms = createSms({
      baseUrl: config.SMS_BASE_URL,
      apiKey: config.SMS_API_KEY,
      senderId: config.SMS_SENDER_ID,
      deadlineMs: 2_000,
    });
    onStop('sms', () => sms.close());
    const sender = { senderId: config.SMS_SENDER_ID, templateId: config.SMS_OTP_TEMPLATE_ID };
    serve(CodeService, createCodeHandlers({ sms, ...sender, newId }));

    const cipher = createFieldCipher({ dataKey: config.DATA_KEY, indexKey: config.INDEX_KEY });
    const phones = createSealedPhones(cipher);
    const events = createWebhookEvents({ db, cipher });
    const applier = startWebhookApplier({
      events,
      provider: 'whatsapp',
      // Receipts come in thousands and nobody waits for one: those of half a second share their statements. More of them
      // would keep messages waiting that have their moment now.
      atOnce: 10,
      restMs: 500,
      apply: (tx, bodies) => {
        return applyWhatsappEvents(
          {
            receipts: createReceiptRepository(tx),
            deliveries: createDeliveryReceipts(tx),
            judgeTemplate: (judgement) => judgeTemplate(tx, judgement),
            tell: (notice) => append(tx, notice),
            phones,
            parse: parseWhatsAppWebhook,
            phoneNumberId: config.WHATSAPP_PHONE_NUMBER_ID,
            now,
          },
          bodies,
        );
      },
      log,
      metrics,
    });
    onStop('webhooks', () => applier.stop());
    serve(
      WhatsappWebhookService,
      createWhatsappWebhookHandlers({
        verifyToken: config.WHATSAPP_VERIFY_TOKEN,
        verifySignature: ({ body, signature }) => isSignedByMeta(config.WHATSAPP_APP_SECRET, body, signature),
        async store(body) {
          await events.store(body);
          if (!tellsOfReceipts(body)) applier.wake();
        },
      }),
    );

    const pool = createStatementPool({ url: config.DATABASE_URL });
    onStop('statement pool', () => pool.close());
    const sandbox = config.DOFFERS_MODE === 'sandbox';
    const senders = createSenders({ pool, now });
    measureSenders(senders, metrics);
    serve(SenderService, createSenderHandlers({ senders }));
    const templates = createTemplateStandings(db);
    const provider = createWhatsAppTemplates({
      baseUrl: config.WHATSAPP_BASE_URL,
      token: config.WHATSAPP_TOKEN,
      businessAccountId: config.WHATSAPP_BUSINESS_ACCOUNT_ID,
    });
    onStop('whatsapp templates', () => provider.close());
    serve(TemplateService, createTemplateHandlers({ provider, templates, now }));
    const whatsapp = createWhatsApp({
      baseUrl: config.WHATSAPP_BASE_URL,
      token: config.WHATSAPP_TOKEN,
      phoneNumberId: config.WHATSAPP_PHONE_NUMBER_ID,
      connections: config.WHATSAPP_CONNECTIONS,
    });
    onStop('whatsapp', () => whatsapp.close());
    const fcm = createFcm(await fcmOptions(sandbox));
    onStop('fcm', () => fcm.close());
    const audiences = client(AudienceService);
    const contacts = client(ContactService);
    serve(
      DispatchService,
      createDispatchHandlers({
        dispatches: createDispatchRepository(db),
        control: createDispatchControl(db),
        progress: createDispatchProgress(db),
        recipients: createRecipients(db),
        ledger: createLedger({ pool, now, unsafeNoClaim: sandbox && config.DISPATCH_UNSAFE_NO_CLAIM }),
        senders,
        templates,
        coolDownMs: config.SENDER_COOL_DOWN_SECONDS * 1_000,
        readMembers: createMemberClient(audiences),
        send: {
          whatsapp: createWhatsappSender({ whatsapp, reserve: senders.reserve, sleep }),
          push: createPushSender(fcm),
        },
        turns: createTurns(),
        sleep: (ms, signal) => sleep(ms, undefined, signal && { signal }),
        now,
        reached: crashAt(sandbox ? config.CRASH_AT : undefined),
        recordReach: config.FREQUENCY_CAP !== 'off',
        sender: { id: config.WHATSAPP_PHONE_NUMBER_ID, ratePerSecond: config.WHATSAPP_RATE_PER_SECOND },
        sendWindow: config.SEND_WINDOW,
        testSends: createTestSends(db),
        sendOne: (message) =>
          sendTestMessage(
            { readContact: createContactClient(contacts), whatsapp, fcm, transact: createTransact(db), now },
            message,
          ),
      }),
    );
    const told = {
      reports: createAudienceReports(audiences, contacts),
      templates: createTemplateReports(client(TemplateStatusService)),
      phones,
    };
    const relay = startOutboxRelay({ db, deliver: (message) => deliverNotice(told, message), log, metrics });
    onStop('outbox relay', () => relay.stop());
  },
});

/** A sandbox stack has Google's part in its keys directory. */
async function fcmOptions(sandbox: boolean) {
  const { KEYS_DIR, FCM_PROJECT_ID: projectId, FCM_BASE_HOST, PUSH_CONNECTIONS: connections } = config;
  const credentials = config.FCM_CREDENTIALS_FILE ?? (sandbox ? join(KEYS_DIR, 'sandbox-fcm.json') : undefined);
  if (credentials === undefined) throw new Error('FCM_CREDENTIALS_FILE is missing');
  const serviceAccount = await readServiceAccount(credentials);
  const caFile = config.FCM_CA_FILE ?? (sandbox ? join(KEYS_DIR, 'sandbox-ca.crt') : undefined);
  const [host = '', port = '443'] = FCM_BASE_HOST.split(':');
  const endpoint = caFile && { host, port: Number(port), ca: await readFile(caFile, 'utf8') };
  return { serviceAccount, projectId, connections, ...(endpoint && { endpoint }) };
}

/** Dies as a power cut would: nothing is closed, nothing is said. */
function crashAt(point: CrashPoint | undefined): (reached: CrashPoint) => void {
  return (reached) => {
    if (reached === point) process.kill(process.pid, 'SIGKILL');
  };
}
