/** The saga definition that fulfills orders: its business key is the order's id. */
const fulfillment = 'order-fulfillment';

/** The order that a saga is about; null when it is about something else. */
export function orderOf(definition: string, correlationId: string): string | null {
  return definition === fulfillment ? correlationId : null;
}
