/** Makes a renderer a listener of the events. */
import type { EventBus } from '../bus.js';
import type { Reporter } from './reporter.js';

/** From now on `reporter` shows what happens. */
export function attach(events: EventBus, reporter: Reporter): void {
  events.on(['begin', 'state', 'notice', 'failure', 'error', 'snapshot', 'summary', 'stop'], (event) => {
    switch (event.type) {
      case 'begin':
        reporter.start(event.stats, event.view);
        break;
      case 'state':
        reporter.state(event);
        break;
      case 'notice':
        reporter.notice(event.code, event.message, event.about);
        break;
      case 'failure':
        reporter.failure(event.key, event.error, event.attempts);
        break;
      case 'error':
        reporter.error(event.error);
        break;
      case 'snapshot':
        reporter.snapshot(event.sections);
        break;
      case 'summary':
        reporter.finish(event.summary, event.advice ?? []);
        break;
      default:
        reporter.stop();
    }
    return undefined;
  });
}
