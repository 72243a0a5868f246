import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type {
  ReconciliationBreakSchema,
  ReconciliationSchema,
  ReconciliationService,
  RunReconciliationRequest,
} from '@doffers/proto/payment/v1/reconciliation_service';
import { type Handlers, requireUser } from '@doffers/rpc';
import type { Break, ReconciliationRun } from '../domain/reconciliation.ts';
import { type ReconcileDeps, reconcile } from '../usecases/reconcile.ts';
import { listBreaks, listRuns, resolveBreak } from '../usecases/resolve-break.ts';

/** What a caller who waits five seconds can be answered in. */
const budgetMs = 3_000;

/** Translates ReconciliationService between protobuf and the use cases; holds no rule of its own. */
export function createReconciliationHandlers(deps: ReconcileDeps): Handlers<typeof ReconciliationService> {
  const run = async ({ skippedChecks: skipped }: RunReconciliationRequest) =>
    runMessage(await reconcile(deps, { budgetMs, skipped }));
  return {
    runReconciliation: run,
    reconcile: run,
    listReconciliations: async () => ({ reconciliations: (await listRuns(deps)).map(runMessage) }),
    listBreaks: async (query) => ({ breaks: (await listBreaks(deps, query)).map(breakMessage) }),
    async resolveBreak({ breakId, requestId, note }, context) {
      return breakMessage(await resolveBreak(deps, requireUser(context), { breakId, requestId, note }));
    },
  };
}

function runMessage(run: ReconciliationRun): MessageInitShape<typeof ReconciliationSchema> {
  const { id, startedAt, endedAt, checks } = run;
  return {
    reconciliationId: id,
    startTime: timestampFromDate(startedAt),
    endTime: timestampFromDate(endedAt),
    checks: [...checks],
    breaks: checks.reduce((sum, { breaks }) => sum + breaks, 0),
  };
}

function breakMessage(found: Break): MessageInitShape<typeof ReconciliationBreakSchema> {
  const { id, kind, reference, shopId = '', details, foundAt, resolution } = found;
  return {
    breakId: id,
    kind,
    reference,
    shopId,
    details,
    resolved: resolution !== undefined,
    findTime: timestampFromDate(foundAt),
    ...(resolution && {
      resolveTime: timestampFromDate(resolution.at),
      resolverId: resolution.actorId,
      note: resolution.note,
    }),
  };
}
