import { createFieldCipher, newId } from '@doffers/database';
import { parseConfig } from '@doffers/process';
import { CodeService } from '@doffers/proto/notification/v1/code_service';
import { InboxService } from '@doffers/proto/notification/v1/inbox_service';
import { WhatsappWebhookService } from '@doffers/proto/notification/v1/whatsapp_webhook_service';
import { runService } from '@doffers/service';
import { createWebhookEvents, startWebhookApplier } from '@doffers/webhooks';
import { createSms } from './clients/sms.ts';
import { isSignedByMeta, parseWhatsAppWebhook } from './clients/whatsapp-webhook.ts';
import { config as schema } from './config.ts';
import { createCodeHandlers } from './handlers/code-handlers.ts';
import { createInboxHandlers } from './handlers/inbox-handlers.ts';
import { createWhatsappWebhookHandlers } from './handlers/whatsapp-webhook-handlers.ts';
import { createInboxRepository } from './repositories/inbox-repository.ts';
import { createReceiptRepository } from './repositories/receipt-repository.ts';
import { createTransact } from './repositories/store.ts';
import { tables } from './repositories/tables.ts';
import { applyWhatsappEvent } from './usecases/apply-whatsapp-event.ts';

const config = parseConfig(schema);
const now = () => new Date();

runService({
  name: 'notification',
  config,
  database: tables,
  build({ db, log, metrics, serve, onStop }) {
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
    const events = createWebhookEvents({ db, cipher });
    const applier = startWebhookApplier({
      events,
      provider: 'whatsapp',
      apply: (tx, body) => {
        const receipts = createReceiptRepository(tx);
        const phoneNumberId = config.WHATSAPP_PHONE_NUMBER_ID;
        return applyWhatsappEvent({ receipts, parse: parseWhatsAppWebhook, phoneNumberId, now }, body);
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
        store: (body) => events.store(body).then(() => applier.wake()),
      }),
    );
  },
});
