type Value = string | number | readonly unknown[];

/**
 * Puts `values` in place of `${NAME}`. A list may only stand as a whole value or on a line of its own; each element
 * becomes one line of the block, written as JSON, which YAML contains.
 * @throws Error when the template asks for a value that is not there, or a value is not asked for
 */
export function fillTemplate(template: string, values: Readonly<Record<string, Value>>): string {
  const unused = new Set(Object.keys(values));
  const valueOf = (name: string): Value => {
    const value = values[name];
    if (value === undefined) throw new Error(`the template asks for ${name}, which has no value`);
    unused.delete(name);
    return value;
  };
  const filled = template.split('\n').flatMap((line) => (isComment(line) ? line : fillLine(line, valueOf)));
  if (unused.size > 0) throw new Error(`the template does not use ${[...unused].join(', ')}`);
  return filled.join('\n');
}

function isComment(line: string): boolean {
  return line.trimStart().startsWith('#');
}

function fillLine(line: string, valueOf: (name: string) => Value): readonly string[] {
  const [, indent = '', key = '', name = ''] = /^( *)(?:([\w.]+:) )?\$\{(\w+)\}$/.exec(line) ?? [];
  const list = name === '' ? undefined : valueOf(name);
  if (Array.isArray(list)) {
    const elements = list.map((element) => `${indent}- ${JSON.stringify(element)}`);
    return key === '' ? elements : [`${indent}${key}${list.length === 0 ? ' []' : ''}`, ...elements];
  }
  return [line.replace(/\$\{(\w+)\}/g, (_, scalar: string) => String(valueOf(scalar)))];
}
