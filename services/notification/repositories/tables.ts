import { Inbox1795400000000 } from '../migrations/1795400000000-inbox.ts';
import { Receipts1795400000001 } from '../migrations/1795400000001-receipts.ts';
import { Dispatch1795400000002 } from '../migrations/1795400000002-dispatch.ts';
import { DeliveryHealth1795600000000 } from '../migrations/1795600000000-delivery-health.ts';
import { LaunchNumbers1795600900000 } from '../migrations/1795600900000-launch-numbers.ts';
import { ReceiptOrder1795810000000 } from '../migrations/1795810000000-receipt-order.ts';

/** What the database of this service consists of. */
export const tables = {
  entities: [],
  migrations: [
    Inbox1795400000000,
    Receipts1795400000001,
    Dispatch1795400000002,
    DeliveryHealth1795600000000,
    LaunchNumbers1795600900000,
    ReceiptOrder1795810000000,
  ],
};
