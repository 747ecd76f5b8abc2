/** The saga definitions whose business key is the id of an order: that fulfill it, or see it to its door. */
export const aboutOrders: ReadonlySet<string> = new Set(['order-fulfillment', 'order-tracking']);

/** The order that a saga is about; null when it is about something else. */
export function orderOf(definition: string, correlationId: string): string | null {
  return aboutOrders.has(definition) ? correlationId : null;
}
