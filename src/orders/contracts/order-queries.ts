import { Query } from '@nestjs/cqrs';

/** A postal address. Personal data: never copied into commands, events or journals. */
export interface ShippingAddress {
  name: string;
  line1: string;
  line2: string | null;
  city: string;
  postalCode: string;
  /** ISO 3166-1 alpha-2. */
  country: string;
}

/** The addresses to ship these orders to, by order id, as they are in the ambient unit of work. */
export class GetShippingAddresses extends Query<Map<string, ShippingAddress>> {
  constructor(readonly orderIds: readonly string[]) {
    super();
  }
}
