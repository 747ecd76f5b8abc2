import 'reflect-metadata';
import { CommandHandler, EventsHandler } from '@nestjs/cqrs';

/**
 * Under which keys Nest's decorators keep what they were given. `@nestjs/cqrs` does not export them, so they are
 * read off two decorated probes: a renamed key is then found, and a vanished one fails the start, loudly.
 */
class Probe {}

const handler = class {};
CommandHandler(Probe)(handler);
export const commandHandlerKey = keyOf(handler, (value) => value === Probe);

const subscriber = class {};
EventsHandler(Probe)(subscriber);
export const eventsHandlerKey = keyOf(subscriber, (value) => Array.isArray(value) && value[0] === Probe);

function keyOf(target: object, holds: (value: unknown) => boolean): unknown {
  const key: unknown = Reflect.getMetadataKeys(target).find((candidate: unknown) =>
    holds(Reflect.getMetadata(candidate, target)),
  );
  if (key === undefined)
    throw new Error('This version of @nestjs/cqrs keeps its decorators’ metadata elsewhere.');
  return key;
}
