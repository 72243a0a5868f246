import { randomInt } from 'node:crypto';
import { createJournal } from '../recorder/journal.ts';
import type { TemplateRequest } from './template-lint.ts';

export type TemplateStatus = 'PENDING' | 'APPROVED' | 'REJECTED' | 'PAUSED' | 'DISABLED';

export type Template = TemplateRequest & { readonly id: string; readonly status: TemplateStatus };

export type TemplateRegistry = {
  find(name: string, language: string): Template | undefined;
  list(): readonly Template[];
  put(template: Template): void;
  /** Removes every language of a name. @returns how many there were. */
  remove(name: string): number;
  newId(): string;
  close(): void;
};

/** The templates of the business account. Those made through the API outlive a restart, as they do at the provider. */
export async function openTemplateRegistry(path: string, seed: readonly Template[]): Promise<TemplateRegistry> {
  const byKey = new Map<string, Template>(seed.map((template) => [keyOf(template), template]));
  const journal = createJournal(path);
  for await (const line of journal.lines()) apply(byKey, JSON.parse(line) as Change);

  function change(entry: Change): void {
    apply(byKey, entry);
    journal.append(JSON.stringify(entry));
  }

  return {
    find: (name, language) => byKey.get(keyOf({ name, language })),
    list: () => [...byKey.values()],
    put: (template) => change({ put: template }),
    remove(name) {
      const count = [...byKey.values()].filter((template) => template.name === name).length;
      change({ remove: name });
      return count;
    },
    newId: () => String(1_000_000_000_000_000 + randomInt(2 ** 48 - 1)),
    close: () => journal.close(),
  };
}

type Change = { readonly put: Template } | { readonly remove: string };

function apply(byKey: Map<string, Template>, change: Change): void {
  if ('put' in change) {
    byKey.set(keyOf(change.put), change.put);
    return;
  }
  for (const [key, template] of byKey) if (template.name === change.remove) byKey.delete(key);
}

function keyOf({ name, language }: { name: string; language: string }): string {
  return `${name}\n${language}`;
}
