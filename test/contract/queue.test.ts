// The contract of a queue, kept by the one in memory and by the one between machines.

import { openMemoryQueue, openNatsQueue } from '../support/queues.js';
import { skipWithoutNats } from '../support/servers/nats-server.js';
import { queueContract } from './queue.js';

queueContract('memory', openMemoryQueue, { skip: false, takesBack: false });
queueContract('nats', openNatsQueue, { skip: skipWithoutNats(), takesBack: true });
