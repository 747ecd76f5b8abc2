import { readSettings } from '../config/read-settings.js';
import { migrate } from '../database/migrations-runner.js';
import { exitWith } from './exit.js';
import { openDatabase } from './open-database.js';

/* `npm run migrate`: brings the schema up to date and ends, for those who do not let the first start do it. */

try {
  const database = await openDatabase(readSettings(process.env));
  try {
    const applied = await migrate(database.url);
    console.log(applied.length > 0 ? `Applied ${applied.join(', ')}.` : 'The schema is up to date.');
  } finally {
    await database.stop();
  }
} catch (error) {
  exitWith(error);
}
