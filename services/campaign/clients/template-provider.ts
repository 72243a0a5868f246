import type { TemplateService } from '@doffers/proto/notification/v1/template_service';
import type { Client } from '@doffers/rpc';

/** How the provider judges a template, in its own words. */
export type Judgement = { readonly status: string; readonly reason: string };

export type TemplateProvider = {
  /** @throws DomainError `TEMPLATE_REFUSED` or `PROVIDER_UNAVAILABLE` */
  submit(template: {
    readonly name: string;
    readonly language: string;
    readonly body: string;
    readonly examples: readonly string[];
  }): Promise<Judgement>;
  /** @throws DomainError `TEMPLATE_NOT_FOUND` or `PROVIDER_UNAVAILABLE` */
  status(name: string, language: string): Promise<Judgement>;
};

/** WhatsApp's template API, which notification speaks. */
export function createTemplateProvider(templates: Client<typeof TemplateService>): TemplateProvider {
  return {
    async submit({ examples, ...template }) {
      const { status, reason } = await templates.submitTemplate({ ...template, examples: [...examples] });
      return { status, reason };
    },
    async status(name, language) {
      const { status, reason } = await templates.getTemplateStatus({ name, language });
      return { status, reason };
    },
  };
}
