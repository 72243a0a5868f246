import type { DescService } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { DomainError } from '@doffers/errors';
import { Channel } from '@doffers/proto/campaign/v1/channel';
import { DispatchService } from '@doffers/proto/notification/v1/dispatch_service';
import { Offer_State, OfferService } from '@doffers/proto/offer/v1/offer_service';
import { HoldService } from '@doffers/proto/payment/v1/hold_service';
import { InvoiceService } from '@doffers/proto/payment/v1/invoice_service';
import { AudienceService } from '@doffers/proto/user/v1/audience_service';
import { PlaceService } from '@doffers/proto/user/v1/place_service';
import type { Handlers } from '@doffers/rpc';
import { startTestServer, type TestTokens } from '@doffers/testkit';
import { aCampaign } from './campaigns.ts';

/** The services that campaign asks, over gRPC, and what they were asked. */
export async function startOtherServices(tokens: TestTokens) {
  const asked: { method: string; request: unknown }[] = [];
  const note = (method: string, request: unknown) => void asked.push({ method, request });
  /** Whether the ledger knows the campaign yet. */
  const ledger = { prepared: false };

  const server = await startTestServer(
    'others',
    (serve) => {
      serve(
        OfferService,
        partly(OfferService, {
          async getOffer({ offerId }) {
            const endTime = timestampFromDate(new Date('2036-01-01T00:00:00Z'));
            return { offerId, shopId: aCampaign().shopId, state: Offer_State.ACTIVE, endTime };
          },
        }),
      );
      serve(PlaceService, partly(PlaceService, { findUnknownPincodes: async () => ({ unknown: [] }) }));
      serve(
        AudienceService,
        partly(AudienceService, {
          async freezeAudience(request) {
            note('freezeAudience', request);
            return {
              customers: 3n,
              channels: request.channels.map((channel) => ({ channel, size: 2n })),
              exclusions: [{ channel: Channel.PUSH, reason: 2, count: 1n }],
            };
          },
        }),
      );
      serve(
        HoldService,
        partly(HoldService, {
          async priceLines(request) {
            note('priceLines', request);
            const included = [{ lineId: 'push', units: 0n }];
            return { taxablePaise: 14n, cgstPaise: 1n, sgstPaise: 2n, totalPaise: 17n, included };
          },
        }),
      );
      serve(
        InvoiceService,
        partly(InvoiceService, { getInvoice: async () => ({ number: 'DOF/2627/000001', totalPaise: 12n }) }),
      );
      serve(
        DispatchService,
        partly(DispatchService, {
          async getDispatchProgress() {
            if (!ledger.prepared) throw new DomainError('not_found', 'DISPATCH_NOT_FOUND', 'not prepared');
            const reasons = [{ state: 'FAILED', reason: 'UNREGISTERED', count: 1n }];
            const push = { channel: Channel.PUSH, size: 2n, accepted: 1n, failed: 1n, billable: 1n, reasons };
            return { channels: [push, { channel: Channel.IN_APP, size: 2n, pending: 1n, retry: 1n }] };
          },
          async listRecipients(request) {
            note('listRecipients', request);
            const deliveryId = `${request.campaignId}.p.0`;
            return { recipients: [{ deliveryId, state: 'ACCEPTED', billed: true }], nextPageToken: 'next' };
          },
          async sendTest(request) {
            note('sendTest', request);
            return { deliveryId: `${request.campaignId}.t.${request.number}` };
          },
        }),
      );
    },
    tokens,
  );
  return { server, asked, ledger };
}

/** Handlers of the methods that a test needs; the others refuse. */
function partly<S extends DescService>(service: S, handlers: Partial<Handlers<S>>): Handlers<S> {
  const refuse = () => Promise.reject(new DomainError('unimplemented', 'UNIMPLEMENTED', 'not in this test'));
  const refusing = Object.fromEntries(service.methods.map(({ localName }) => [localName, refuse]));
  return { ...refusing, ...handlers } as Handlers<S>;
}
