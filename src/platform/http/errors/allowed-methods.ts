import type { NestExpressApplication } from '@nestjs/platform-express';

/** What we read of Express' router; it has no types for it. */
interface Layer {
  readonly route?: { readonly methods: Readonly<Record<string, boolean>> };
  match(path: string): boolean;
}

type ExpressInstance = ReturnType<ReturnType<NestExpressApplication['getHttpAdapter']>['getInstance']>;

/** The methods that some route takes at this path; none: the path itself is unknown. */
export function allowedMethods(express: ExpressInstance, path: string): string[] {
  const { stack } = (express as unknown as { router: { stack: readonly Layer[] } }).router;
  const methods = stack
    .filter((layer) => layer.route && matches(layer, path))
    .flatMap((layer) => Object.keys(layer.route?.methods ?? {}))
    .map((method) => method.toUpperCase());
  return [...new Set(methods)].sort();
}

function matches(layer: Layer, path: string): boolean {
  try {
    return layer.match(path);
  } catch {
    return false; // A path that cannot be decoded matches nothing.
  }
}
