/** What the benchmarks order: one piece, charged and shipped without any trouble. */
export const benchOrder = {
  customerId: 'bench',
  currency: 'EUR',
  lines: [{ sku: 'SKU-1', quantity: 1 }],
  paymentMethod: 'pm_card_visa',
  shippingAddress: {
    name: 'Ada Lovelace',
    line1: 'Hauptstr. 1',
    city: 'Berlin',
    postalCode: '10115',
    country: 'DE',
  },
};
