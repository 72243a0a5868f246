import { signHmacSha256 } from '@doffers/provider-http';
import type { WebhookSender } from '../webhooks/webhook-sender.ts';
import type { Receipt } from './receipts.ts';
import { type Account, maxStatusesPerWebhook, statusesBody } from './webhook-body.ts';

export type WhatsAppWebhooks = {
  receipts(due: readonly Receipt[]): void;
  post(body: string): void;
};

type Deps = {
  readonly webhooks: Pick<WebhookSender, 'send'>;
  readonly account: Account;
  readonly appSecret: string;
  readonly callbackUrl: string;
};

/** Signs and posts; statuses of one number that are due together travel together. */
export function createWhatsAppWebhooks({ webhooks, account, appSecret, callbackUrl }: Deps): WhatsAppWebhooks {
  function post(body: string, secret = appSecret): void {
    webhooks.send({
      url: callbackUrl,
      body,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'facebookexternalua',
        'x-hub-signature-256': `sha256=${signHmacSha256(secret, body)}`,
      },
    });
  }
  return {
    receipts(due) {
      const bySender = Map.groupBy(due, (receipt) => `${receipt.sender}${receipt.forged ? '!' : ''}`);
      for (const group of bySender.values()) {
        const [first] = group;
        for (let from = 0; first && from < group.length; from += maxStatusesPerWebhook) {
          const body = statusesBody(account, first.sender, group.slice(from, from + maxStatusesPerWebhook));
          post(body, first.forged ? `not-${appSecret}` : appSecret);
        }
      }
    },
    post: (body) => post(body),
  };
}
