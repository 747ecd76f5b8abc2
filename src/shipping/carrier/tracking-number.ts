import { v7 } from 'uuid';

/** A new tracking number of the sandbox carrier. They grow with time, as UUIDv7 do: lists are sorted by them. */
export function newTrackingNumber(): string {
  return `SBX${v7().replaceAll('-', '').toUpperCase()}`;
}
