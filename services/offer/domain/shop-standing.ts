/** What was decided about a shop, by the number of the decision. */
export type ShopStanding = { readonly shopId: string; readonly decisionNo: number; readonly approved: boolean };
