/**
 * Why inventory says no. The codes are stable: clients, operators and saga definitions match on them.
 */

/** Not enough is free. `details.skus`: each `{sku, wanted, available}` that fell short. */
export const OUT_OF_STOCK = 'INVENTORY.OUT_OF_STOCK';
/** A product does not exist. `details.skus`: the SKUs. */
export const UNKNOWN_SKU = 'INVENTORY.UNKNOWN_SKU';
/** Nothing is held that could be committed. `details.status`: the reservation's status, null when there is none. */
export const NOT_RESERVED = 'INVENTORY.NOT_RESERVED';
/** The order's reservation was released or returned, possibly before it was made; it does not open again. */
export const RESERVATION_CLOSED = 'INVENTORY.RESERVATION_CLOSED';
/** What is to be released has left the stock; `ReturnInventory` to the reservation must come first. */
export const ALREADY_COMMITTED = 'INVENTORY.ALREADY_COMMITTED';
/** A stock adjustment would take what is reserved, or more than there is. `details`: `{onHand, reserved}`. */
export const WOULD_GO_NEGATIVE = 'INVENTORY.WOULD_GO_NEGATIVE';
/** HTTP only: the product that was asked for does not exist. */
export const UNKNOWN_PRODUCT = 'INVENTORY.UNKNOWN_PRODUCT';
