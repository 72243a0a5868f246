import { asText, isRecord } from '../http/incoming.ts';
import type { ConversationItem } from './conversation.ts';

export type Tool = {
  readonly name: string;
  readonly description: string;
  readonly parameters: Record<string, unknown>;
};

/** The function tools of a request; `wrong` for anything the Responses API would not take. */
export function readTools(value: unknown): readonly Tool[] | { readonly wrong: string } {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return { wrong: 'tools must be a list' };
  const tools: Tool[] = [];
  for (const [index, tool] of value.entries()) {
    if (!isRecord(tool) || tool.type !== 'function' || typeof tool.name !== 'string') {
      return { wrong: `Invalid value for tools[${index}]: this sandbox knows function tools` };
    }
    const parameters = isRecord(tool.parameters) ? tool.parameters : {};
    tools.push({ name: tool.name, description: asText(tool.description), parameters });
  }
  return tools;
}

/**
 * The tool a sensible model would call next: the one whose name and description share most words with what the person
 * last said, unless its result is already there.
 */
export function chooseTool(
  tools: readonly Tool[],
  choice: unknown,
  items: readonly ConversationItem[],
): Tool | undefined {
  if (choice === 'none' || tools.length === 0 || items.at(-1)?.kind === 'result') return undefined;
  if (isRecord(choice) && typeof choice.name === 'string') return tools.find((tool) => tool.name === choice.name);
  const last = items.findLast((item) => item.kind === 'message' && item.role === 'user');
  const said = wordsOf(last?.kind === 'message' ? last.text : '');
  const ranked = tools
    .map((tool) => ({ tool, score: shared(said, wordsOf(`${tool.name} ${tool.description}`)) }))
    .toSorted((one, other) => other.score - one.score);
  const best = ranked[0];
  if (!best) return undefined;
  return best.score > 0 || choice === 'required' ? best.tool : undefined;
}

const fillers = new Set(
  'a an the of to in on for and or is are my me i you your it this that with please can do what how'.split(' '),
);

export function wordsOf(text: string): ReadonlySet<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return new Set(words.filter((word) => !fillers.has(word)).map((word) => word.replace(/(?<=\w{3})s$/, '')));
}

export function shared(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  let count = 0;
  for (const word of one) if (other.has(word)) count++;
  return count;
}
