import type { BeginTurn } from '../faults/turn.ts';
import type { Route } from '../http/server.ts';
import type { Readings } from '../recorder/readings.ts';
import type { Recorder } from '../recorder/recorder.ts';
import type { SettingsStore } from '../settings/settings.ts';
import type { WebhookSender } from '../webhooks/webhook-sender.ts';
import { createAccountRoutes } from './account-routes.ts';
import { defaultTemplates } from './default-templates.ts';
import { scriptedFate } from './errors.ts';
import { createReceiptSchedule } from './receipt-schedule.ts';
import { createWhatsAppWebhooks } from './receipt-sender.ts';
import { planReceipts } from './receipts.ts';
import { createSendRoute } from './send-route.ts';
import { openTemplateRegistry } from './templates.ts';

export type WhatsAppConfig = {
  readonly token: string;
  /** The first one is the number that people write to. */
  readonly phoneNumberIds: readonly string[];
  readonly wabaId: string;
  readonly displayPhoneNumber: string;
  readonly appSecret: string;
  readonly verifyToken: string;
  readonly callbackUrl: string;
  readonly templatesFile: string;
};

type Deps = {
  readonly settings: SettingsStore;
  readonly recorder: Recorder;
  readonly readings: Readings;
  readonly webhooks: WebhookSender;
  readonly begin: BeginTurn;
};

export type Provider = { readonly routes: readonly Route[]; close(): void };

const serviceWindowMs = 24 * 3_600_000;
/** Receipts of the messages accepted this long before a restart are sent again; a receiver takes duplicates anyway. */
const resumeWindowMs = 120_000;

/** The WhatsApp Cloud API of one business account. */
export async function openWhatsApp(config: WhatsAppConfig, deps: Deps): Promise<Provider> {
  const account = { wabaId: config.wabaId, displayPhoneNumber: config.displayPhoneNumber };
  const templates = await openTemplateRegistry(config.templatesFile, defaultTemplates);
  const webhooks = createWhatsAppWebhooks({ ...config, webhooks: deps.webhooks, account });
  const schedule = createReceiptSchedule(webhooks.receipts);
  const windows = new Map<string, number>();
  await resumeReceipts(deps, schedule);
  const sendRoute = createSendRoute({
    ...deps,
    token: config.token,
    senders: new Set(config.phoneNumberIds),
    templates,
    schedule,
    windowIsOpen: (phone) => Date.now() - (windows.get(phone) ?? Number.NEGATIVE_INFINITY) < serviceWindowMs,
  });
  const accountRoutes = createAccountRoutes({
    ...config,
    account,
    templates,
    webhooks,
    settings: deps.settings,
    sender: config.phoneNumberIds[0] ?? '',
    openWindow: (phone) => windows.set(phone, Date.now()),
  });
  return {
    routes: [sendRoute, ...accountRoutes],
    close() {
      schedule.stop();
      templates.close();
    },
  };
}

/** A provider does not forget its receipts when one of its machines dies. */
async function resumeReceipts(deps: Deps, schedule: ReturnType<typeof createReceiptSchedule>): Promise<void> {
  const sinceMs = deps.recorder.openedAtLastWriteMs - resumeWindowMs;
  const timing = deps.settings.get().whatsapp.receipts;
  for await (const message of deps.recorder.messages({ channel: 'whatsapp', sinceMs })) {
    const { atMs, to, providerId, delivery, sender, category = 'marketing' } = message;
    const failCode = scriptedFate(to).fail;
    const accepted = { wamid: providerId, phone: to, delivery, sender, category, acceptedAtMs: atMs, failCode };
    schedule.add(planReceipts(accepted, timing, []));
  }
}
