import type { Request } from 'express';
import type { KeyRole } from '../config/api-keys.js';

/**
 * What a key may do. `supervisor` may do everything an `operator` may; `client` is a back end that places orders
 * and has nothing to do with the other two.
 */
export type Role = KeyRole;

/** Who calls: the API key's name is the actor in the audit. */
export interface Actor {
  readonly name: string;
  readonly role: Role;
}

/** A request as our guards leave it. */
export interface ApiRequest extends Request {
  /** Set by the API-key guard; missing on public routes. */
  actor?: Actor;
  /** The body as it came over the wire; kept for signed webhooks only. */
  rawBody?: Buffer;
}

/** The API key as the caller presented it; empty when there is none. */
export function bearerToken(request: Request): string {
  return /^Bearer +(\S+) *$/i.exec(request.get('authorization') ?? '')?.[1] ?? '';
}
