import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { ApiKey } from '../config/api-keys.js';
import { Settings } from '../config/settings.js';
import { bearerToken, type Actor, type ApiRequest, type Role } from './actor.js';
import { Problem } from './problem.js';
import { ACCESS, type Access } from './roles.decorator.js';

/** Lets a request through when its key has one of the route's roles, and tells the route who calls. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  private readonly keys: readonly ApiKey[];

  constructor(
    private readonly reflector: Reflector,
    settings: Settings,
  ) {
    this.keys = settings.apiKeys;
  }

  canActivate(context: ExecutionContext): boolean {
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (access === 'public') return true;
    const request = context.switchToHttp().getRequest<ApiRequest>();
    const actor = this.actorOf(bearerToken(request));
    if (!access?.some((role) => holds(actor, role))) {
      throw new Problem({
        status: 403,
        code: 'HTTP.FORBIDDEN',
        detail: `This needs the role ${access?.join(' or ') ?? 'of nobody'}; the key "${actor.name}" is a ${actor.role}.`,
      });
    }
    request.actor = actor;
    return true;
  }

  private actorOf(presented: string): Actor {
    const hash = createHash('sha256').update(presented).digest();
    // Every key is compared, and each in constant time: the time taken must not tell which one came close.
    let found: ApiKey | null = null;
    for (const key of this.keys) if (timingSafeEqual(key.sha256, hash)) found = key;
    if (presented !== '' && found) return { name: found.name, role: found.role };
    throw new Problem({
      status: 401,
      code: 'HTTP.UNAUTHENTICATED',
      detail: 'Send a valid key: Authorization: Bearer <key>.',
      headers: { 'WWW-Authenticate': 'Bearer' },
    });
  }
}

function holds(actor: Actor, role: Role): boolean {
  return actor.role === role || (actor.role === 'supervisor' && role === 'operator');
}
