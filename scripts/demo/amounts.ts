import { formatRupees, paise } from '@doffers/money';

/** Amounts and numbers as people in India write them: `₹1,23,456.70` and `1,23,456`. */
export const rupees = (amountPaise: number): string => formatRupees(paise(amountPaise));
export const count = (value: number): string => value.toLocaleString('en-IN');
