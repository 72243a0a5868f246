import { asText, isRecord } from '../http/incoming.ts';
import type { Reply } from '../http/reply.ts';
import { contentText, readConversation, userText } from './conversation.ts';
import { invalidParameter, openAiError } from './errors.ts';
import { isDecisionModel } from './models.ts';
import { shared, wordsOf } from './tool-choice.ts';

type Option = { readonly value: string | boolean; readonly words: ReadonlySet<string> };

/** `POST /v1/decisions`: every question answered from the words of the input, the same for the same request. */
export function createDecision(body: Record<string, unknown>): Reply {
  if (!isDecisionModel(body.model))
    return openAiError(400, 'Only gpt-6-luna is supported.', { param: 'model', code: 'model_not_supported' });
  const items = readConversation(body.input);
  if ('wrong' in items) return invalidParameter('input', items.wrong);
  const { questions } = body;
  if (!Array.isArray(questions) || questions.length < 1 || questions.length > 400) {
    return invalidParameter('questions', 'questions must have 1 to 400 entries');
  }
  const text = userText(items);
  const answers: object[] = [];
  for (const [index, question] of questions.entries()) {
    const answer = isRecord(question) ? answerQuestion(question, text) : undefined;
    if (!answer) return invalidParameter(`questions[${index}]`, 'not a valid predicate, choice or score question');
    answers.push(answer);
  }
  const inputTokens = Math.ceil(text.length / 4) + 20 * questions.length;
  return {
    status: 200,
    body: {
      answers,
      model: body.model,
      usage: {
        input_tokens: inputTokens,
        input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
        output_tokens: questions.length,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: inputTokens + questions.length,
      },
    },
  };
}

function answerQuestion(question: Record<string, unknown>, text: string): object | undefined {
  const name = typeof question.name === 'string' ? question.name : null;
  const instructions = contentText(question.instructions);
  if (instructions === '') return undefined;
  switch (question.type) {
    case 'predicate':
      return { type: 'predicate', name, probability: isTrue(instructions, text) ? 0.94 : 0.04 };
    case 'choice':
      return answerChoice(question.choices, name, text);
    case 'score':
      return answerScore(question.levels, name, text);
    default:
      return undefined;
  }
}

const injection = /ignore (all|any|the|previous|above)|system prompt|you are now|disregard|पिछले निर्देश|purane nirdesh/i;
const spending = /\b(send|launch|start|publish|spend|pay|buy|top ?up|recharge|bhej|shuru|chala)\w*|भेज|शुरू|खरीद/i;

/** Two statements are known by what they ask about; any other by the words it shares with the input. */
function isTrue(instructions: string, text: string): boolean {
  if (/inject|manipulat|override/i.test(instructions)) return injection.test(text);
  if (/spend|money|pay|launch|send/i.test(instructions)) return spending.test(text);
  return shared(wordsOf(instructions), wordsOf(text)) >= 2;
}

function answerChoice(choices: unknown, name: string | null, text: string): object | undefined {
  if (!Array.isArray(choices) || choices.length < 2 || choices.length > 255) return undefined;
  const options: Option[] = [];
  for (const choice of choices) {
    if (!isRecord(choice) || (typeof choice.value !== 'string' && typeof choice.value !== 'boolean')) return undefined;
    options.push({
      value: choice.value,
      words: wordsOf(`${String(choice.value).replaceAll('_', ' ')} ${asText(choice.description)}`),
    });
  }
  const probabilities = weigh(options, text);
  const best = probabilities.reduce((one, other) => (other.probability > one.probability ? other : one));
  return { type: 'choice', name, choice: best.value, confidence: best.probability, probabilities };
}

function weigh(options: readonly Option[], text: string): { value: string | boolean; probability: number }[] {
  const said = wordsOf(text);
  const script = languageByScript(text);
  const weights = options.map(({ value, words }) => Math.exp(2 * shared(said, words) + (value === script ? 4 : 0)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return options.map(({ value }, index) => ({ value, probability: (weights[index] ?? 0) / total }));
}

function languageByScript(text: string): string {
  if (/\p{Script=Devanagari}/u.test(text)) return 'hi';
  if (/\p{Script=Tamil}/u.test(text)) return 'ta';
  if (/\p{Script=Telugu}/u.test(text)) return 'te';
  if (/\p{Script=Bengali}/u.test(text)) return 'bn';
  return 'en';
}

function answerScore(levels: unknown, name: string | null, text: string): object | undefined {
  if (!Array.isArray(levels) || levels.length < 2 || !levels.every(isRecord)) return undefined;
  const options = levels.map((level) => ({
    value: asText(level.label),
    words: wordsOf(`${asText(level.label)} ${asText(level.description)}`),
  }));
  const weights = weigh(options, text);
  const probabilities = weights.map(({ probability }, index) => ({
    label: String(options[index]?.value),
    value: index,
    probability,
  }));
  const score = probabilities.reduce((sum, level) => sum + level.value * level.probability, 0);
  return {
    type: 'score',
    name,
    score,
    confidence: Math.max(...weights.map((weight) => weight.probability)),
    probabilities,
  };
}
