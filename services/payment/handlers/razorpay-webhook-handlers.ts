import type { RazorpayWebhookService } from '@doffers/proto/payment/v1/razorpay_webhook_service';
import type { Handlers } from '@doffers/rpc';
import { receiveWebhook } from '@doffers/webhooks';

type Deps = Parameters<typeof receiveWebhook>[0];

/** Hands the bytes on that the payment gateway signed; nothing here reads them. */
export function createRazorpayWebhookHandlers(deps: Deps): Handlers<typeof RazorpayWebhookService> {
  return {
    async receiveRazorpayEvent({ payload }, context) {
      const body = payload?.data ?? new Uint8Array();
      await receiveWebhook(deps, { body, signature: context.metadata('x-razorpay-signature') });
      return {};
    },
  };
}
