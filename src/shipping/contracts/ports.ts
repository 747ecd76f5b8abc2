/** What the carrier needs to know of the receiver. Personal data: lives in the shipment's own row only. */
export interface DeliveryAddress {
  name: string;
  line1: string;
  line2: string | null;
  city: string;
  postalCode: string;
  country: string;
}

/** Where to ship an order to. Declared here, implemented in `composition/` from the orders module's contracts. */
export abstract class DeliveryAddresses {
  /** The addresses by order id, as they are in the ambient unit of work; an unknown order is not in the map. */
  abstract find(orderIds: readonly string[]): Promise<Map<string, DeliveryAddress>>;
}
