/**
 * What a payment method looks like: `pm_` and a name from the vault. Digits alone after the prefix are refused,
 * so that a card number, prefixed or not, never becomes a row.
 */
export const PAYMENT_METHOD_TOKEN = /^pm_(?!\d+$)[A-Za-z0-9_-]{1,100}$/;
