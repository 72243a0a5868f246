import { statusError } from './errors.ts';
import type { Receipt } from './receipts.ts';

export type Account = { readonly wabaId: string; readonly displayPhoneNumber: string };

/** At most this many statuses come in one call. */
export const maxStatusesPerWebhook = 100;

export function statusesBody(account: Account, sender: string, receipts: readonly Receipt[]): string {
  return change(account, 'messages', { ...metadata(account, sender), statuses: receipts.map(status) });
}

export function inboundBody(
  account: Account,
  sender: string,
  message: { from: string; id: string; text: string },
): string {
  return change(account, 'messages', {
    ...metadata(account, sender),
    contacts: [{ profile: { name: 'Sandbox customer' }, wa_id: message.from }],
    messages: [
      {
        from: message.from,
        id: message.id,
        timestamp: seconds(Date.now()),
        type: 'text',
        text: { body: message.text },
      },
    ],
  });
}

export function preferencesBody(
  account: Account,
  sender: string,
  preference: { waId: string; value: 'stop' | 'resume' },
): string {
  return change(account, 'user_preferences', {
    ...metadata(account, sender),
    contacts: [{ profile: { name: 'Sandbox customer' }, wa_id: preference.waId }],
    user_preferences: [
      {
        wa_id: preference.waId,
        detail: `User requested to ${preference.value} marketing messages`,
        category: 'marketing_messages',
        value: preference.value,
        timestamp: Math.floor(Date.now() / 1000),
      },
    ],
  });
}

export function templateStatusBody(
  account: Account,
  template: { id: string; name: string; language: string; status: string },
): string {
  return change(account, 'message_template_status_update', {
    event: template.status,
    message_template_id: Number(template.id),
    message_template_name: template.name,
    message_template_language: template.language,
    reason: template.status === 'REJECTED' ? 'INVALID_FORMAT' : 'NONE',
  });
}

function status(receipt: Receipt): object {
  return {
    id: receipt.wamid,
    status: receipt.status,
    timestamp: seconds(receipt.atMs),
    recipient_id: receipt.phone,
    ...((receipt.status === 'sent' || receipt.status === 'delivered') && {
      pricing: { billable: true, pricing_model: 'PMP', type: 'regular', category: receipt.category },
    }),
    ...(receipt.errorCode !== undefined && { errors: [statusError(receipt.errorCode)] }),
    ...(receipt.delivery !== '' && { biz_opaque_callback_data: receipt.delivery }),
  };
}

function metadata(account: Account, sender: string): object {
  return {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: account.displayPhoneNumber, phone_number_id: sender },
  };
}

function change(account: Account, field: string, value: object): string {
  return JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: account.wabaId, time: Math.floor(Date.now() / 1000), changes: [{ value, field }] }],
  });
}

function seconds(timeMs: number): string {
  return String(Math.floor(timeMs / 1000));
}
