import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension } from '@nestjs/swagger';
import type { Role } from './actor.js';

export type { Role } from './actor.js';

/** Metadata: the roles that may call a route, or `'public'`. */
export const ACCESS = 'platform:access';
export type Access = readonly Role[] | 'public';

/** Name of the bearer scheme in the OpenAPI document. */
export const API_KEY_SCHEME = 'api-key';

/**
 * Who may call this route (or every route of this controller). A `supervisor` may call whatever an `operator`
 * may. A route with neither `@Roles` nor `@Public` keeps the application from starting.
 */
export const Roles = (first: Role, ...more: Role[]): ClassDecorator & MethodDecorator =>
  applyDecorators(
    SetMetadata(ACCESS, [first, ...more] satisfies Access),
    ApiBearerAuth(API_KEY_SCHEME),
    ApiExtension('x-roles', [first, ...more]),
  );

/** No key needed: health checks, and webhooks, which are signed instead. */
export const Public = (): ClassDecorator & MethodDecorator =>
  applyDecorators(SetMetadata(ACCESS, 'public' satisfies Access), ApiExtension('x-roles', ['public']));
