import { exitWith, stopOnSignal } from './platform/bootstrap/exit.js';
import { openDatabase } from './platform/bootstrap/open-database.js';
import { requireFreePort } from './platform/bootstrap/port.js';
import { readSettings } from './platform/config/read-settings.js';

/*
 * The one entry, for every role. What can be wrong with the surroundings is checked first, before the application is
 * even loaded, so that it is said at once.
 */

try {
  const settings = readSettings(process.env);
  // A worker listens for its metrics and health only, and only when told to.
  const port = settings.role === 'worker' ? settings.metricsPort : settings.port;
  const { operationsPort } = settings;
  if (port !== null) await requireFreePort(port, settings.host);
  if (operationsPort !== null) await requireFreePort(operationsPort, settings.host, 'METRICS_PORT');

  // Loaded only when it is to be used.
  const traces = settings.traces
    ? (await import('./platform/observability/trace/open-telemetry.js')).sendSpans()
    : null;
  const opening = openDatabase(settings);
  const starting = opening.then(async (database) => {
    const { serve } = await import('./serve.js');
    return serve(settings, database.url, port);
  });
  const stopDatabase = () => opening.then((database) => database.stop());
  // The application first, so that it drains; its database last.
  stopOnSignal(async () => {
    try {
      const app = await starting.catch(() => undefined);
      await app?.close();
      await traces?.stop();
    } finally {
      await stopDatabase();
    }
  });
  await starting.catch(async (error: unknown) => {
    await stopDatabase();
    throw error;
  });
} catch (error) {
  exitWith(error);
}
