import { Injectable } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';

/** A controller's method that answers HTTP requests. */
export interface Route {
  readonly controller: NewableFunction;
  readonly method: string;
  readonly handler: (...args: unknown[]) => unknown;
}

/** Finds every route of the application, for checks at start-up. */
@Injectable()
export class Routes {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  all(): Route[] {
    return this.discovery.getControllers().flatMap(({ metatype }) => {
      if (!metatype) return [];
      const prototype = metatype.prototype as Record<string, Route['handler']>;
      return this.scanner
        .getAllMethodNames(prototype)
        .map((method) => ({ controller: metatype, method, handler: prototype[method]! }))
        .filter(
          ({ handler }) => hasMetadata(handler, PATH_METADATA) && hasMetadata(handler, METHOD_METADATA),
        );
    });
  }
}

function hasMetadata(target: object, key: string): boolean {
  return Reflect.getMetadata(key, target) !== undefined;
}
