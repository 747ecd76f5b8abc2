import { Module, type DynamicModule } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import { destination, type DestinationStream } from 'pino';
import type { LogLevel } from '../../config/settings.js';
import { loggerOptions } from './logger-options.js';

/**
 * Logs through pino. `app.useLogger(app.get(Logger))`, with the `Logger` of `nestjs-pino`, sends Nest's own
 * `Logger`, which is what all code logs through, this way too.
 */
@Module({})
export class LoggingModule {
  /** @param to where the lines go; standard output by default */
  static forRoot(level: LogLevel, to: DestinationStream = destination(1)): DynamicModule {
    return {
      module: LoggingModule,
      imports: [
        // No routes: requests are logged by our own middleware, which costs one line and no logger a request.
        LoggerModule.forRoot({
          pinoHttp: [{ ...loggerOptions(level), autoLogging: false, wrapSerializers: false }, to],
          forRoutes: [],
        }),
      ],
    };
  }
}
