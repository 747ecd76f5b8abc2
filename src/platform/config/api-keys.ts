import { createHash } from 'node:crypto';

/** `client` places orders, `operator` also frees sagas, `supervisor` also moves money. */
export const keyRoles = ['client', 'operator', 'supervisor'] as const;

export type KeyRole = (typeof keyRoles)[number];

/** One caller of the API. The key itself is not kept, only its digest. */
export interface ApiKey {
  /** The actor in the audit. */
  readonly name: string;
  readonly role: KeyRole;
  /** SHA-256 of the key. */
  readonly sha256: Buffer;
}

/** The keys that exist outside production when none are configured; each key is its own name. */
export const demoApiKeys: readonly ApiKey[] = [
  demo('demo-client', 'client'),
  demo('demo-operator', 'operator'),
  demo('demo-supervisor', 'supervisor'),
  demo('demo-supervisor-2', 'supervisor'),
];

function demo(name: string, role: KeyRole): ApiKey {
  return { name, role, sha256: createHash('sha256').update(name).digest() };
}

const PATTERN = /^(?<name>[^:\s]{1,100}):(?<role>[a-z]+):(?<sha256>[0-9a-f]{64})$/i;

/** Reads `name:role:sha256hex, …`. Undefined when any of them is malformed, or two share a name or a digest. */
export function parseApiKeys(text: string): ApiKey[] | undefined {
  const keys: ApiKey[] = [];
  for (const entry of text.split(',')) {
    const groups = PATTERN.exec(entry.trim())?.groups;
    const role = keyRoles.find((known) => known === groups?.role);
    if (!groups?.name || !groups.sha256 || !role) return undefined;
    const key = { name: groups.name, role, sha256: Buffer.from(groups.sha256, 'hex') };
    if (keys.some((other) => other.name === key.name || other.sha256.equals(key.sha256))) return undefined;
    keys.push(key);
  }
  return keys;
}
