/**
 * Which HTTP status a `Rejection` of the business gets. The rule: a code that ends in `.NOT_FOUND` is 404, any
 * other is 409, because the request was fine and the state of things says no. A module that needs another
 * status for a code of its own declares it next to its controllers.
 */
const declared = new Map<string, number>();

/** The exceptions to the rule, by code. */
export const REJECTION_STATUS: ReadonlyMap<string, number> = declared;

/**
 * Declares statuses for rejection codes, e.g. `{ 'ORDERS.UNKNOWN_SKU': 422 }`.
 * @throws Error when a code already has another status.
 */
export function declareRejectionStatus(statuses: Readonly<Record<string, number>>): void {
  for (const [code, status] of Object.entries(statuses)) {
    const earlier = declared.get(code);
    if (earlier !== undefined && earlier !== status) {
      throw new Error(`${code} is declared as ${earlier} and as ${status}.`);
    }
    declared.set(code, status);
  }
}

/** The status for a rejection code. */
export function rejectionStatus(code: string): number {
  return REJECTION_STATUS.get(code) ?? (code.endsWith('.NOT_FOUND') ? 404 : 409);
}
