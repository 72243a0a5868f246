import type { ApprovalDecision } from '../contracts/shop-approval.ts';

export type Notice = { readonly title: string; readonly body: string };

/** In code points, as the inbox counts them; with the longest reason of 300 the body stays within its 400. */
const longestName = 50;

const titles: Readonly<Record<ApprovalDecision, string>> = {
  approved: 'Your shop is approved',
  rejected: 'Your shop was not approved',
  suspended: 'Your shop is suspended',
};

/** The words in which an owner reads about a decision. They fit an inbox message whatever the shop is called. */
export function approvalNotice(decision: ApprovalDecision, shop: { name: string; reason: string }): Notice {
  const name = shorten(shop.name);
  const because = shop.reason === '' ? '' : ` Reason: ${shop.reason}`;
  switch (decision) {
    case 'approved':
      return notice(decision, `${name} can now publish offers and run campaigns.`);
    case 'rejected':
      return notice(decision, `${name} needs a change before it can open.${because}`);
    case 'suspended':
      return notice(decision, `${name} is not shown for now.${because}`);
  }
}

function notice(decision: ApprovalDecision, body: string): Notice {
  return { title: titles[decision], body };
}

/** Cuts between characters as people see them: a Hindi syllable or an emoji is several code points. */
function shorten(name: string): string {
  if (lengthOf(name) <= longestName) return name;
  let short = '';
  for (const { segment } of new Intl.Segmenter('hi').segment(name)) {
    if (lengthOf(short) + lengthOf(segment) > longestName - 1) break;
    short += segment;
  }
  return `${short}…`;
}

function lengthOf(text: string): number {
  return Array.from(text).length;
}
