import { composeDelivery } from '../compose-delivery.ts';
import { createSender } from './create-sender.ts';

/** Called by the queue's event source with up to ten doorbells of the channel. */
export const handler = await composeDelivery({ channel: 'email', createSender });
