/** Amounts are paise, times are UNIX seconds, as Razorpay writes them. */
export type Order = {
  readonly id: string;
  readonly entity: 'order';
  readonly amount: number;
  readonly amount_paid: number;
  readonly amount_due: number;
  readonly currency: 'INR';
  readonly receipt: string | null;
  readonly status: 'created' | 'attempted' | 'paid';
  readonly attempts: number;
  readonly notes: Readonly<Record<string, string>>;
  readonly customer_id: string | null;
  /** Paying this order also gives a mandate for later payments of up to so much. */
  readonly token: { readonly max_amount: number } | null;
  readonly created_at: number;
};

export type Customer = {
  readonly id: string;
  readonly entity: 'customer';
  readonly name: string;
  readonly email: string;
  readonly contact: string;
  readonly notes: Readonly<Record<string, string>>;
  readonly created_at: number;
};

/** A mandate: payments that need no person. */
export type Token = {
  readonly id: string;
  readonly entity: 'token';
  readonly customer_id: string;
  readonly method: string;
  readonly max_amount: number;
  readonly recurring: true;
  readonly recurring_details: { readonly status: 'confirmed' | 'cancelled' };
  readonly created_at: number;
};

export type Payment = {
  readonly id: string;
  readonly entity: 'payment';
  readonly amount: number;
  readonly currency: 'INR';
  readonly status: 'captured' | 'failed' | 'refunded';
  readonly order_id: string;
  readonly method: string;
  readonly customer_id: string | null;
  readonly token_id: string | null;
  readonly amount_refunded: number;
  readonly refund_status: null | 'partial' | 'full';
  readonly captured: boolean;
  readonly fee: number;
  readonly tax: number;
  readonly error_code: string | null;
  readonly error_description: string | null;
  readonly error_reason: string | null;
  readonly notes: Readonly<Record<string, string>>;
  readonly created_at: number;
};

export type Refund = {
  readonly id: string;
  readonly entity: 'refund';
  readonly amount: number;
  readonly currency: 'INR';
  readonly payment_id: string;
  readonly receipt: string | null;
  readonly status: 'pending' | 'processed' | 'failed';
  readonly speed_requested: string;
  readonly speed_processed: string;
  readonly notes: Readonly<Record<string, string>>;
  readonly created_at: number;
};

export type Entity = Order | Payment | Refund | Customer | Token;

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** `order_`, `pay_`, `rfnd_` and 14 letters and digits. */
export function newEntityId(prefix: 'order' | 'pay' | 'rfnd' | 'evt' | 'cust' | 'token'): string {
  const random = crypto.getRandomValues(new Uint8Array(14));
  return `${prefix}_${Array.from(random, (byte) => alphabet[byte % alphabet.length]).join('')}`;
}

/** The gateway keeps 2 % of a payment and 18 % tax on that. */
export function gatewayFee(amount: number): { fee: number; tax: number } {
  const net = Math.round(amount * 0.02);
  const tax = Math.round(net * 0.18);
  return { fee: net + tax, tax };
}
