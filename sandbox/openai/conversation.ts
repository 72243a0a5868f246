import { asText, isRecord } from '../http/incoming.ts';

export type ConversationItem =
  | { readonly kind: 'message'; readonly role: string; readonly text: string }
  | { readonly kind: 'call'; readonly callId: string; readonly name: string }
  | { readonly kind: 'result'; readonly callId: string; readonly text: string };

/** The `input` of a request: a text, or a list of messages, function calls and their results. */
export function readConversation(input: unknown): readonly ConversationItem[] | { readonly wrong: string } {
  if (typeof input === 'string') return [{ kind: 'message', role: 'user', text: input }];
  if (!Array.isArray(input)) return { wrong: 'input must be a text or a list of items' };
  const items: ConversationItem[] = [];
  for (const [index, entry] of input.entries()) {
    const item = isRecord(entry) ? readItem(entry) : undefined;
    if (!item) return { wrong: `Invalid value for input[${index}]` };
    if (item.kind === 'result' && !items.some((call) => call.kind === 'call' && call.callId === item.callId)) {
      return { wrong: `No tool call found for function call output with call_id ${item.callId}.` };
    }
    items.push(item);
  }
  return items;
}

function readItem(entry: Record<string, unknown>): ConversationItem | undefined {
  switch (entry.type ?? 'message') {
    case 'message': {
      const { role } = entry;
      if (typeof role !== 'string' || !['user', 'assistant', 'system', 'developer'].includes(role)) return undefined;
      return { kind: 'message', role, text: contentText(entry.content) };
    }
    case 'function_call':
      return { kind: 'call', callId: String(entry.call_id), name: String(entry.name) };
    case 'function_call_output':
      return { kind: 'result', callId: String(entry.call_id), text: contentText(entry.output) };
    case 'reasoning':
      return { kind: 'message', role: 'assistant', text: '' };
    default:
      return undefined;
  }
}

export function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .filter(isRecord)
    .map((part) => (part.type === 'input_json' ? JSON.stringify(part.data) : asText(part.text ?? part.refusal)))
    .join('\n');
}

export function userText(items: readonly ConversationItem[]): string {
  return items
    .filter((item) => item.kind === 'message' && item.role === 'user')
    .map((item) => (item.kind === 'message' ? item.text : ''))
    .join('\n');
}
