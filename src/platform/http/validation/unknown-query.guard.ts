import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/internal';
import { Reflector } from '@nestjs/core';
import type { ApiRequest } from '../actor.js';
import { pointer, validationProblem } from '../problem.js';
import { ACCESS, type Access } from '../roles.decorator.js';

/**
 * Refuses query parameters on a route that reads none. (A route that reads some says which in its own strict
 * schema.) A misspelt filter must not look like a filter that matched everything. Public routes are left alone:
 * probes and webhook senders add parameters of their own.
 */
@Injectable()
export class UnknownQueryGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const { query } = context.switchToHttp().getRequest<ApiRequest>();
    const names = Object.keys(query);
    if (names.length === 0) return true;
    const access = this.reflector.getAllAndOverride<Access>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (access === 'public') return true;
    const known = queryParameters(context);
    const unknown = known === 'any' ? [] : names.filter((name) => !known.includes(name));
    if (unknown.length === 0) return true;
    throw validationProblem(
      unknown.map((name) => ({
        pointer: pointer([name]),
        code: 'UNKNOWN_FIELD',
        detail: 'There is no such query parameter here.',
      })),
    );
  }
}

/** The names of the query parameters a route reads; `any` when it reads the query as a whole. */
function queryParameters(context: ExecutionContext): string[] | 'any' {
  const parameters = (Reflect.getMetadata(
    ROUTE_ARGS_METADATA,
    context.getClass(),
    context.getHandler().name,
  ) ?? {}) as Record<string, { data?: unknown }>;
  const read = Object.entries(parameters).filter(([key]) => key.startsWith(`${RouteParamtypes.QUERY}:`));
  const names = read.map(([, { data }]) => data);
  return names.every((name) => typeof name === 'string') ? names : 'any';
}
