import { declareRejectionStatus } from '../../platform/http/problem.js';
import { UNKNOWN_PRODUCT } from '../contracts/inventory-rejections.js';

/** All other codes of this module are conflicts: 409. */
declareRejectionStatus({ [UNKNOWN_PRODUCT]: 404 });
