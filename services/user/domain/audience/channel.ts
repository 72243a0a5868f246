/** Where a message can go. */
export const channels = ['whatsapp', 'push', 'in_app'] as const;
export type Channel = (typeof channels)[number];

/** How a channel is stored; the same numbers as on the wire. */
export const channelCodes = { whatsapp: 1, push: 2, in_app: 3 } as const satisfies Record<Channel, number>;
