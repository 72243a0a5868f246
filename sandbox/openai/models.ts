/** The models that answer in this world; a retired or misspelt one is not found, as there. */
const textModels = /^gpt-(6(\.1)?-(luna|sol|astra|terra)|5\.6(-\w+)?|5\.5(-\w+)?)$/;
const imageModels = /^gpt-image-2\.[56]-(flare|sunburst)$/;
const moderationModels = new Set(['omni-moderation-latest', 'omni-moderation-2024-09-26']);

export const isTextModel = (model: unknown): boolean => typeof model === 'string' && textModels.test(model);
export const isImageModel = (model: unknown): boolean => typeof model === 'string' && imageModels.test(model);
export const isModerationModel = (model: unknown): boolean => typeof model === 'string' && moderationModels.has(model);
/** Decisions are answered by one model only. */
export const isDecisionModel = (model: unknown): boolean => model === 'gpt-6-luna';
