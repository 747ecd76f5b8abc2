/** The saga engine's public surface: all that the composition root and `composition/` may import. */
export { ConsequenceWords, type AskedCommand } from './admin/consequence-words.js';
export { RiskBooks, type FailureKey, type FailureRisk, type Goods, type Money } from './admin/risk-books.js';
export { SagaAdminModule } from './admin/saga-admin.module.js';
export { SagaMetricsModule } from './observability/saga-metrics.module.js';
export { SagaModule, type SagaModuleOptions } from './saga.module.js';
export { orderFulfillment } from './reference.js';
export { requireReleasedVersions, requireVersionsInFlight } from './released/start-check.js';
export { Sagas } from './engine/sagas.js';
export type { SagaEnding, SagaHandle, SagaResults, SagaView } from './engine/saga-handle.js';
export { SagaFailedError, type SagaReport } from './report/index.js';
export { isOpen, type SagaState } from './engine/state.js';
export type { Entry } from './engine/entries.js';
export { StimulusRefused } from './engine/stimulus.js';
export type { SeenSaga } from './engine/requests.js';
export { JournalCheck, type JournalFinding } from './engine/journal-check.js';
