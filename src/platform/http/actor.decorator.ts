import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Actor, ApiRequest } from './actor.js';

export type { Actor } from './actor.js';

/** The caller, for a parameter of a route that has `@Roles`. @throws Error on a public route, which has no caller. */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const { actor } = context.switchToHttp().getRequest<ApiRequest>();
  if (!actor) throw new Error(`${context.getHandler().name} asks for the actor, but its route is public.`);
  return actor;
});
