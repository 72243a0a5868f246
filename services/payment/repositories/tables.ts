import { Ledger1795400000000 } from '../migrations/1795400000000-ledger.ts';
import { Wallets1795400000001 } from '../migrations/1795400000001-wallets.ts';
import { Holds1795500000000 } from '../migrations/1795500000000-holds.ts';
import { Invoices1795500000001 } from '../migrations/1795500000001-invoices.ts';
import { Packs1795500000002 } from '../migrations/1795500000002-packs.ts';
import { WalletStatus1795660000000 } from '../migrations/1795660000000-wallet-status.ts';
import { LedgerChain1795660000001 } from '../migrations/1795660000001-ledger-chain.ts';
import { CreditLots1795660000002 } from '../migrations/1795660000002-credit-lots.ts';
import { CreditNotes1795670000000 } from '../migrations/1795670000000-credit-notes.ts';
import { TaxRates1795670000001 } from '../migrations/1795670000001-tax-rates.ts';
import { Refunds1795680000000 } from '../migrations/1795680000000-refunds.ts';
import { Subscriptions1795680000001 } from '../migrations/1795680000001-subscriptions.ts';
import { MessageUnits1795690000000 } from '../migrations/1795690000000-message-units.ts';
import { WalletSettings1795695000000 } from '../migrations/1795695000000-wallet-settings.ts';
import { AutoTopups1795695000001 } from '../migrations/1795695000001-auto-topups.ts';
import { EInvoices1795720000000 } from '../migrations/1795720000000-e-invoices.ts';
import { MonthlyInvoices1795730000000 } from '../migrations/1795730000000-monthly-invoices.ts';
import { PackVersions1795740000000 } from '../migrations/1795740000000-pack-versions.ts';
import { Reconciliation1795740000001 } from '../migrations/1795740000001-reconciliation.ts';
import { AskedAndDeleted1795750000000 } from '../migrations/1795750000000-asked-and-deleted.ts';
import { Revenue1795760000000 } from '../migrations/1795760000000-revenue.ts';
import { Settlements1795770000000 } from '../migrations/1795770000000-settlements.ts';
import { OwedBills1795780000000 } from '../migrations/1795780000000-owed-bills.ts';
import { SettlementImports1795790000000 } from '../migrations/1795790000000-settlement-imports.ts';
import { HoldEntity } from './hold-entity.ts';
import { InvoiceEntity, InvoicePdfEntity } from './invoice-entity.ts';
import { PackEntity, PurchaseEntity } from './pack-entity.ts';
import { RefundEntity } from './refund-entity.ts';
import { BillEntity, PlanEntity, SubscriptionEntity } from './subscription-entity.ts';
import { TopupEntity } from './topup-entity.ts';

/** What the database of this service consists of. */
export const tables = {
  entities: [
    TopupEntity,
    HoldEntity,
    InvoiceEntity,
    InvoicePdfEntity,
    PackEntity,
    PurchaseEntity,
    RefundEntity,
    PlanEntity,
    SubscriptionEntity,
    BillEntity,
  ],
  appendOnly: [
    'journal',
    'entry',
    'journal_seal',
    'lot_consumption',
    'wallet_status_change',
    'invoice',
    'e_invoice',
    'pack_version',
    'settlement_import',
  ],
  migrations: [
    Ledger1795400000000,
    Wallets1795400000001,
    Holds1795500000000,
    Invoices1795500000001,
    Packs1795500000002,
    WalletStatus1795660000000,
    LedgerChain1795660000001,
    CreditLots1795660000002,
    Refunds1795680000000,
    CreditNotes1795670000000,
    TaxRates1795670000001,
    Subscriptions1795680000001,
    MessageUnits1795690000000,
    WalletSettings1795695000000,
    AutoTopups1795695000001,
    EInvoices1795720000000,
    MonthlyInvoices1795730000000,
    PackVersions1795740000000,
    Reconciliation1795740000001,
    AskedAndDeleted1795750000000,
    Revenue1795760000000,
    Settlements1795770000000,
    OwedBills1795780000000,
    SettlementImports1795790000000,
  ],
};
