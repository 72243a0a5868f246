import type { AnyDesc, DescFile } from '@bufbuild/protobuf';
import { getComments } from '@bufbuild/protoplugin';

/** The comment above something in a proto, as running text: the protos are the manual of the API. */
export function commentOf(desc: Exclude<AnyDesc, DescFile>): string {
  return (getComments(desc).leading ?? '')
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replace(/\s+/g, ' ').trim())
    .filter((paragraph) => paragraph !== '')
    .join('\n\n');
}

/** The reasons that a method's comment names after "Errors:", besides those that every method can answer with. */
export function reasonsOf(comment: string): readonly string[] {
  const [, named = ''] = comment.split(/\bErrors:/);
  return [...new Set(named.match(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g))];
}
