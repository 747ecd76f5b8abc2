import { Rejection } from '../../platform/messaging/rejection.js';
import { UNKNOWN_PRODUCT } from '../contracts/inventory-rejections.js';

export const unknownProduct = (sku: string): Rejection =>
  new Rejection(UNKNOWN_PRODUCT, `There is no product ${sku}.`);
