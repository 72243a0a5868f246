import type { ResponseObject } from './responses.ts';

type Item = Record<string, unknown>;
type Event = Record<string, unknown> & { readonly type: string };

const deltaCharacters = 24;

/** The finished response as the events of a stream, in the order a client has to meet them. */
export function streamOf(response: ResponseObject): string {
  const begun = { ...response, status: 'in_progress', output: [], usage: null, incomplete_details: null };
  const events: Event[] = [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
    ...response.output.flatMap((item, index) => itemEvents(item, index)),
    { type: response.status === 'incomplete' ? 'response.incomplete' : 'response.completed', response },
  ];
  return events
    .map((event, index) => `event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number: index })}\n\n`)
    .join('');
}

function itemEvents(item: Item, index: number): Event[] {
  const inner = item.type === 'function_call' ? callEvents(item, index) : messageEvents(item, index);
  const begun = item.type === 'function_call' ? { ...item, arguments: '' } : { ...item, content: [] };
  return [
    { type: 'response.output_item.added', output_index: index, item: { ...begun, status: 'in_progress' } },
    ...inner,
    { type: 'response.output_item.done', output_index: index, item },
  ];
}

function callEvents(item: Item, index: number): Event[] {
  const at = { item_id: item.id, output_index: index };
  const text = String(item.arguments);
  return [
    ...pieces(text).map((delta) => ({ type: 'response.function_call_arguments.delta', ...at, delta })),
    { type: 'response.function_call_arguments.done', ...at, name: item.name, arguments: text },
  ];
}

function messageEvents(item: Item, index: number): Event[] {
  const [part] = item.content as Item[];
  const at = { item_id: item.id, output_index: index, content_index: 0 };
  const refusal = part?.type === 'refusal';
  const text = String(refusal ? part?.refusal : part?.text);
  const name = refusal ? 'response.refusal' : 'response.output_text';
  const empty = refusal ? { ...part, refusal: '' } : { ...part, text: '' };
  const logprobs = refusal ? {} : { logprobs: [] };
  return [
    { type: 'response.content_part.added', ...at, part: empty },
    ...pieces(text).map((delta) => ({ type: `${name}.delta`, ...at, delta, ...logprobs })),
    { type: `${name}.done`, ...at, ...(refusal ? { refusal: text } : { text }), ...logprobs },
    { type: 'response.content_part.done', ...at, part },
  ];
}

function pieces(text: string): string[] {
  const characters = Array.from(text);
  return Array.from({ length: Math.ceil(characters.length / deltaCharacters) }, (_, index) =>
    characters.slice(index * deltaCharacters, (index + 1) * deltaCharacters).join(''),
  );
}
