import { searchAttributes } from '@doffers/workflows/contracts';
import type { Connection } from '@temporalio/client';
import type { SearchAttributeType } from '@temporalio/common';

type OperatorService = Pick<Connection['operatorService'], 'listSearchAttributes' | 'addSearchAttributes'>;

/** `temporal.api.enums.v1.IndexedValueType`. */
const indexedValueTypes: Readonly<Record<SearchAttributeType, number>> = {
  TEXT: 1,
  KEYWORD: 2,
  INT: 3,
  DOUBLE: 4,
  BOOL: 5,
  DATETIME: 6,
  KEYWORD_LIST: 7,
};

/**
 * Adds those of our search attributes that the namespace does not have yet. Every worker does it before it starts, in
 * every environment; that several do it at once does no harm.
 * @throws Error when one exists with another type, which only a person can put right
 */
export async function registerSearchAttributes(operator: OperatorService, namespace: string): Promise<void> {
  const { customAttributes: existing } = await operator.listSearchAttributes({ namespace });
  const wanted = Object.values(searchAttributes).map(({ name, type }) => [name, indexedValueTypes[type]] as const);
  for (const [name, type] of wanted) {
    const is = existing[name];
    if (is !== undefined && is !== type) throw new Error(`search attribute ${name} has type ${is}, not ${type}`);
  }
  const missing = wanted.filter(([name]) => existing[name] === undefined);
  if (missing.length > 0)
    await operator.addSearchAttributes({ namespace, searchAttributes: Object.fromEntries(missing) });
}
