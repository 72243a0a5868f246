import { actorOf } from '@doffers/ownership';
import type { SettlementService } from '@doffers/proto/payment/v1/settlement_service';
import { type Handlers, requireUser } from '@doffers/rpc';
import type { SettlementLine } from '../domain/settlement.ts';
import { type ImportDeps, importSettlement } from '../usecases/import-settlement.ts';

type SettlementDeps = ImportDeps & {
  /** @throws DomainError `SETTLEMENT_FILE_INVALID` */
  readonly readReport: (csv: string) => readonly SettlementLine[];
};

/** Translates SettlementService between protobuf and the use case; holds no rule of its own. */
export function createSettlementHandlers(deps: SettlementDeps): Handlers<typeof SettlementService> {
  return {
    async importSettlement({ csv, dryRun }, context) {
      const report = { lines: deps.readReport(csv), dryRun };
      const { lines, added, findings } = await importSettlement(deps, actorOf(requireUser(context)), report);
      const differences = findings.map(({ reference, details }) => ({ reference, details: JSON.stringify(details) }));
      return { lines, addedLines: added, differences };
    },
  };
}
