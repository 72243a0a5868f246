import type { ShopStanding } from '../domain/shop-standing.ts';
import type { Deps } from './deps.ts';

/** Has a shop's published offers seen by nobody while it is suspended. Safe to repeat, and to hear of out of order. */
export function followShop({ standings, now }: Pick<Deps, 'standings' | 'now'>, standing: ShopStanding): Promise<void> {
  return standings.follow(standing, now());
}
