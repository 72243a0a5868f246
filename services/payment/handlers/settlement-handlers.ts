import type { SettlementService } from '@doffers/proto/payment/v1/settlement_service';
import type { Handlers } from '@doffers/rpc';
import { importReport, type ReportDeps } from '../usecases/import-settlement.ts';

/** Translates SettlementService between protobuf and the use case; holds no rule of its own. */
export function createSettlementHandlers(deps: ReportDeps): Handlers<typeof SettlementService> {
  return {
    async importSettlement({ csv, dryRun }) {
      const { lines, added, findings } = await importReport(deps, { csv, dryRun });
      const differences = findings.map(({ reference, details }) => ({ reference, details: JSON.stringify(details) }));
      return { lines, addedLines: added, differences };
    },
  };
}
