import type { z } from 'zod';

/**
 * Commands and events are plain data under a wire name that is written by hand and never derived from a class
 * name: the name is stored in journals and outbox rows and must survive every renaming of code.
 */
export abstract class Message<Data> {
  constructor(readonly data: Data) {}
}

/** The class of a message: what a registry, a saga definition or a deserializer needs of it. */
export interface MessageType<Data = unknown, Instance extends Message<Data> = Message<Data>> {
  /** e.g. `inventory.reserve-inventory.v1`; constant for ever. */
  readonly wireName: string;
  /** Checks data that comes from storage or from a person (an operator's `skip`). */
  readonly schema: z.ZodType<Data>;
  new (data: Data): Instance;
}

/** The name a message travels under. */
export function wireNameOf(message: Message<unknown>): string {
  return (message.constructor as unknown as MessageType).wireName;
}

/**
 * Makes the base class of a command or event.
 *
 * @example
 * export class InventoryReserved extends message('inventory.reserved.v1', z.object({ orderId: z.uuid() })) {}
 */
export function message<Schema extends z.ZodType>(wireName: string, schema: Schema) {
  return class extends Message<z.infer<Schema>> {
    static readonly wireName = wireName;
    static readonly schema = schema as unknown as z.ZodType<z.infer<Schema>>;
  };
}
