import type { RazorpayWebhookService } from '@doffers/proto/payment/v1/razorpay_webhook_service';
import type { Handlers } from '@doffers/rpc';
import { receiveRazorpayEvent } from '../usecases/receive-razorpay-event.ts';

type Deps = Parameters<typeof receiveRazorpayEvent>[0];

/** Hands the exact bytes on that the gateway signed; nothing here reads them. */
export function createRazorpayWebhookHandlers(deps: Deps): Handlers<typeof RazorpayWebhookService> {
  return {
    async receiveRazorpayEvent({ payload }, context) {
      const body = payload?.data ?? new Uint8Array();
      await receiveRazorpayEvent(deps, { body, signature: context.metadata('x-razorpay-signature') });
      return {};
    },
  };
}
