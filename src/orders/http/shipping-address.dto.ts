import { z } from 'zod';
import { lineOfText } from './text.js';

export const shippingAddressSchema = z
  .strictObject({
    name: lineOfText(200).describe('Who receives the parcel.'),
    line1: lineOfText(200).describe('Street and number.'),
    line2: lineOfText(200).nullable().default(null).describe('Floor, company, …; null when there is none.'),
    city: lineOfText(100),
    postalCode: lineOfText(20),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/, 'Must be two capital letters.')
      .describe('ISO 3166-1 alpha-2.'),
  })
  .meta({
    id: 'ShippingAddress',
    examples: [
      {
        name: 'Ada Lovelace',
        line1: 'Hauptstraße 1',
        line2: null,
        city: 'Berlin',
        postalCode: '10115',
        country: 'DE',
      },
    ],
  });
