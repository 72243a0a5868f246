import type { AudienceReports, PreferenceReport, ReachReport, UnreachableReport } from '../clients/audience-reports.ts';
import type { TemplateReport, TemplateReports } from '../clients/template-reports.ts';
import type { SealedPhones } from '../repositories/sealed-phones.ts';

type Deps = {
  readonly reports: AudienceReports;
  readonly templates: TemplateReports;
  readonly phones: Pick<SealedPhones, 'open'>;
};

/** Carries one row of the outbox to `user` or `campaign`. It may come twice; they take it once. */
export async function deliverNotice(
  { reports, templates, phones }: Deps,
  { topic, payload }: { topic: string; payload: unknown },
): Promise<void> {
  switch (topic) {
    case 'user.unreachable':
      return reports.unreachable(payload as UnreachableReport);
    case 'user.reach':
      return reports.reach(payload as ReachReport);
    case 'user.preference': {
      const { phone, ...report } = payload as PreferenceReport;
      return reports.preference({ ...report, phone: phones.open(phone) });
    }
    case 'campaign.template':
      return templates.status(payload as TemplateReport);
    default:
      throw new Error(`nobody takes the topic ${topic}`);
  }
}
