import type { Transaction } from '@doffers/database';
import { type BillRepository, createBillRepository } from './bill-repository.ts';
import { type BreakRepository, createBreakRepository } from './break-repository.ts';
import { type ClosedHolds, createClosedHolds } from './closed-holds.ts';
import { type Commands, createCommands } from './commands.ts';
import { createEInvoiceRepository, type EInvoiceRepository } from './e-invoice-repository.ts';
import { createEntitlementRepository, type EntitlementRepository } from './entitlement-repository.ts';
import { createEventLog, type EventLog } from './event-log.ts';
import { createHoldRepository, type HoldRepository } from './hold-repository.ts';
import { createInvoiceRepository, type InvoiceRepository } from './invoice-repository.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { createLedgerAudit, type LedgerAudit } from './ledger-audit.ts';
import { createLedgerChain, type LedgerChain } from './ledger-chain.ts';
import { createLotRepository, type LotRepository } from './lots.ts';
import { createMandateRepository, type MandateRepository } from './mandate-repository.ts';
import { createMessageUnitRepository, type MessageUnitRepository } from './message-unit-repository.ts';
import { createMonthlyHoldRepository, type MonthlyHoldRepository } from './monthly-hold-repository.ts';
import { createPackCatalogue, type PackCatalogue } from './pack-catalogue.ts';
import { createPackRepository, type PackRepository } from './pack-repository.ts';
import { createReconciliationFacts, type ReconciliationFacts } from './reconciliation-facts.ts';
import { createReconciliationRepository, type ReconciliationRepository } from './reconciliation-repository.ts';
import { createRefundRepository, type RefundRepository } from './refund-repository.ts';
import { createRevenueRepository, type RevenueRepository } from './revenue-repository.ts';
import { createSettlementRepository, type SettlementRepository } from './settlement-repository.ts';
import { createStatementRepository, type StatementRepository } from './statement-repository.ts';
import { createSubscriptionRepository, type SubscriptionRepository } from './subscription-repository.ts';
import { createTaxRepository, type TaxRepository } from './tax-repository.ts';
import { createTopupRepository, type TopupRepository } from './topup-repository.ts';
import { createWalletRepository, type WalletRepository } from './wallet-repository.ts';
import { createWalletSettingsRepository, type WalletSettingsRepository } from './wallet-settings-repository.ts';
import { createWalletStatusRepository, type WalletStatusRepository } from './wallet-status-repository.ts';

/** Everything that keeps account of money; within one transaction it changes together or not at all. */
export type Books = {
  readonly ledger: Ledger;
  readonly wallets: WalletRepository;
  readonly lots: LotRepository;
  readonly mandates: MandateRepository;
  readonly walletSettings: WalletSettingsRepository;
  readonly walletStatus: WalletStatusRepository;
  readonly commands: Commands;
  readonly topups: TopupRepository;
  readonly refunds: RefundRepository;
  readonly breaks: BreakRepository;
  readonly holds: HoldRepository;
  readonly invoices: InvoiceRepository;
  readonly eInvoices: EInvoiceRepository;
  readonly monthlyHolds: MonthlyHoldRepository;
  readonly packs: PackRepository;
  readonly entitlements: EntitlementRepository;
  readonly statements: StatementRepository;
  readonly revenue: RevenueRepository;
  readonly settlements: SettlementRepository;
  readonly subscriptions: SubscriptionRepository;
  readonly bills: BillRepository;
  readonly units: MessageUnitRepository;
  readonly tax: TaxRepository;
  readonly catalogue: PackCatalogue;
  readonly reconciliation: ReconciliationRepository;
  readonly audit: LedgerAudit;
  readonly chain: LedgerChain;
  readonly facts: ReconciliationFacts;
  readonly closedHolds: ClosedHolds;
  readonly events: EventLog;
};

/** The books within `tx`, or statement by statement when that is the database's own manager. */
export function createBooks(tx: Transaction): Books {
  return {
    ledger: createLedger(tx),
    wallets: createWalletRepository(tx),
    lots: createLotRepository(tx),
    mandates: createMandateRepository(tx),
    walletSettings: createWalletSettingsRepository(tx),
    walletStatus: createWalletStatusRepository(tx),
    commands: createCommands(tx),
    topups: createTopupRepository(tx),
    refunds: createRefundRepository(tx),
    breaks: createBreakRepository(tx),
    holds: createHoldRepository(tx),
    invoices: createInvoiceRepository(tx),
    eInvoices: createEInvoiceRepository(tx),
    monthlyHolds: createMonthlyHoldRepository(tx),
    packs: createPackRepository(tx),
    entitlements: createEntitlementRepository(tx),
    statements: createStatementRepository(tx),
    revenue: createRevenueRepository(tx),
    settlements: createSettlementRepository(tx),
    subscriptions: createSubscriptionRepository(tx),
    bills: createBillRepository(tx),
    units: createMessageUnitRepository(tx),
    tax: createTaxRepository(tx),
    catalogue: createPackCatalogue(tx),
    reconciliation: createReconciliationRepository(tx),
    audit: createLedgerAudit(tx),
    chain: createLedgerChain(tx),
    facts: createReconciliationFacts(tx),
    closedHolds: createClosedHolds(tx),
    events: createEventLog(tx),
  };
}
