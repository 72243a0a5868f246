export { type Paise, paise, paiseFromInt64, toInt64 } from './paise.ts';
