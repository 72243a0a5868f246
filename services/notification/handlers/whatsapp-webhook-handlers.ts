import type { WhatsappWebhookService } from '@doffers/proto/notification/v1/whatsapp_webhook_service';
import type { Handlers } from '@doffers/rpc';
import { receiveWebhook } from '@doffers/webhooks';
import { verifyWhatsappSubscription } from '../usecases/verify-whatsapp-subscription.ts';

type Deps = Parameters<typeof receiveWebhook>[0] & { readonly verifyToken: string };

/** Hands the bytes on that WhatsApp signed; nothing here reads them. */
export function createWhatsappWebhookHandlers(deps: Deps): Handlers<typeof WhatsappWebhookService> {
  return {
    async verifyWhatsappWebhook({ hub }) {
      const { mode = '', challenge = '', verifyToken = '' } = hub ?? {};
      const answer = verifyWhatsappSubscription(deps.verifyToken, { mode, challenge, verifyToken });
      return { contentType: 'text/plain; charset=utf-8', data: Buffer.from(answer) };
    },
    async receiveWhatsappEvent({ payload }, context) {
      const body = payload?.data ?? new Uint8Array();
      await receiveWebhook(deps, { body, signature: context.metadata('x-hub-signature-256') });
      return {};
    },
  };
}
