import { paiseFromInt64 } from '@doffers/money';
import { actorOf } from '@doffers/ownership';
import { GetStatementRequest_Format as Format, type WalletService } from '@doffers/proto/payment/v1/wallet_service';
import { pageSizeOf } from '@doffers/resource';
import { type Handlers, requireUser } from '@doffers/rpc';
import type { RenderStatement } from '../clients/statement-pdf.ts';
import { statementCsv } from '../domain/statement-csv.ts';
import { createTopup } from '../usecases/create-topup.ts';
import type { Deps as UseCaseDeps } from '../usecases/deps.ts';
import { getStatement } from '../usecases/get-statement.ts';
import { getTopup } from '../usecases/get-topup.ts';
import { getWallet } from '../usecases/get-wallet.ts';
import { listWalletEntries } from '../usecases/list-wallet-entries.ts';
import { syncTopup } from '../usecases/sync-topup.ts';
import { entryKeyFrom, entryMessage, entryPageToken, topupMessage, walletMessage } from './wallet-message.ts';

type Deps = UseCaseDeps &
  Parameters<typeof syncTopup>[0] &
  Parameters<typeof getStatement>[0] & {
    readonly renderStatement: RenderStatement;
    /** The public key that the checkout needs. */
    readonly gatewayKeyId: string;
  };

/** Translates WalletService between protobuf and the use cases; holds no rule of its own. */
export function createWalletHandlers(deps: Deps): Handlers<typeof WalletService> {
  return {
    async getWallet({ shopId }, context) {
      return walletMessage(await getWallet(deps, actorOf(requireUser(context)), shopId));
    },
    async listWalletEntries({ shopId, pageSize, pageToken }, context) {
      const limit = pageSizeOf(pageSize);
      const after = entryKeyFrom(pageToken);
      // One more than the page shows whether there is another.
      const query = { shopId, limit: limit + 1, after };
      const found = await listWalletEntries(deps, actorOf(requireUser(context)), query);
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1) : undefined;
      return { entries: page.map(entryMessage), nextPageToken: last === undefined ? '' : entryPageToken(last) };
    },
    async getStatement({ shopId, period, format }, context) {
      const found = await getStatement(deps, actorOf(requireUser(context)), { shopId, period });
      const isPdf = format === Format.PDF;
      context.setHeader('content-disposition', `attachment; filename="statement-${period}.${isPdf ? 'pdf' : 'csv'}"`);
      if (isPdf) return { contentType: 'application/pdf', data: await deps.renderStatement(found) };
      return { contentType: 'text/csv; charset=utf-8', data: new TextEncoder().encode(statementCsv(found)) };
    },
    async createTopup({ shopId, requestId, amountPaise, saveMandate }, context) {
      const mandate = saveMandate ? ({ savesMandate: true } as const) : {};
      const input = { shopId, requestId, amount: paiseFromInt64(amountPaise), ...mandate };
      const topup = await createTopup(deps, actorOf(requireUser(context)), input);
      context.created(`/v1/topups/${topup.id}`);
      return topupMessage(topup, deps.gatewayKeyId, deps.now());
    },
    async getTopup({ topupId }, context) {
      const topup = await getTopup(deps, actorOf(requireUser(context)), topupId);
      return topupMessage(topup, deps.gatewayKeyId, deps.now());
    },
    async syncTopup({ topupId }) {
      return topupMessage(await syncTopup(deps, topupId), deps.gatewayKeyId, deps.now());
    },
  };
}
