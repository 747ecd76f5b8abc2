import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ACCESS } from './roles.decorator.js';
import { Routes } from './routes.js';

/**
 * Keeps the application from starting while a route says neither `@Roles` nor `@Public`: a forgotten decorator
 * must be found by the first start, not by the first stranger.
 */
@Injectable()
export class AccessCheck implements OnApplicationBootstrap {
  constructor(
    private readonly routes: Routes,
    private readonly reflector: Reflector,
  ) {}

  onApplicationBootstrap(): void {
    const open = this.routes
      .all()
      .filter(
        ({ handler, controller }) =>
          !this.reflector.getAllAndOverride(ACCESS, [handler, controller as never]),
      )
      .map(({ controller, method }) => `${controller.name}.${method}`);
    if (open.length > 0) {
      throw new Error(`These routes have neither @Roles nor @Public: ${open.join(', ')}.`);
    }
  }
}
