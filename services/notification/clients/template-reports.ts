import type { TemplateStatusService } from '@doffers/proto/campaign/v1/template_status_service';
import type { Client } from '@doffers/rpc';

/** How WhatsApp judges a template, as the outbox keeps it. */
export type TemplateReport = {
  readonly name: string;
  readonly language: string;
  readonly status: string;
  readonly reason: string;
};

export type TemplateReports = { status(report: TemplateReport): Promise<void> };

/** Tells `campaign`, whose templates they are. */
export function createTemplateReports(campaigns: Client<typeof TemplateStatusService>): TemplateReports {
  return {
    async status(report) {
      await campaigns.recordTemplateStatus(report);
    },
  };
}
