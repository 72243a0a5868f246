/** The header that tells who asked for a workflow's work. Headers are stored in clear: ids only. */
export const callHeader = 'do-call';

/** Audit data: it is written to logs and ledgers and grants nothing. */
export type CallHeader = { readonly requestId: string; readonly actorId?: string };
