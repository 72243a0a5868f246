import type { AudienceReports } from '../clients/audience-reports.ts';

type Deps = { readonly reports: AudienceReports };

/** Carries one row of the outbox to `user`. It may come twice; `user` takes it once. */
export async function deliverNotice(
  { reports }: Deps,
  { topic, payload }: { topic: string; payload: unknown },
): Promise<void> {
  switch (topic) {
    case 'user.unreachable':
      return reports.unreachable(payload as Parameters<AudienceReports['unreachable']>[0]);
    case 'user.reach':
      return reports.reach(payload as Parameters<AudienceReports['reach']>[0]);
    default:
      throw new Error(`nobody takes the topic ${topic}`);
  }
}
