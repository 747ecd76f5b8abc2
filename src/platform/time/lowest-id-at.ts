/** The lowest UUIDv7 that can be made at this instant, or later: a range of time is a range of such ids. */
export function lowestIdAt(instant: Date): string {
  const millis = Math.max(0, instant.getTime()).toString(16).padStart(12, '0');
  return `${millis.slice(0, 8)}-${millis.slice(8, 12)}-7000-8000-000000000000`;
}
