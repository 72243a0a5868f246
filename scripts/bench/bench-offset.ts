import { portOffset } from '@doffers/topology';

/** Where a bench starts what it measures: beside a person's own stack at 0 and the one of tests at 2000. */
export const benchOffset = portOffset(process.env.DOFFERS_BENCH_PORT_OFFSET || '4000');
