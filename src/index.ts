/**
 * Sluice as a library: copies whole buckets of small objects onto local disks. It installs no signal handlers, writes
 * nothing to stdout or stderr and never ends the process. A program can bring its own Source and its own Sink; schemes of
 * SOURCE and queues between machines are not part of this API: no function here takes one.
 *
 * @module
 */
export {
  ConfigError,
  ERROR_CODES,
  type ErrorCode,
  type ErrorFields,
  type ThrottleScope,
  TransferError,
  type Verdict,
} from './errors.js';
export type {
  EventType,
  FailureEvent,
  FindingEvent,
  FoundEvent,
  LeftOutEvent,
  ListedEvent,
  NoticeEvent,
  ObjectEvent,
  OutageEvent,
  ProgressEvent,
  RetryEvent,
  SluiceEvent,
  SummaryEvent,
} from './events/event.js';
export type { Health, HealthReason, HealthState } from './events/health/health.js';
export { NOTICE_TOPICS, NOTICES, type NoticeCode, type NoticeTopic } from './events/notices.js';
export type {
  LimitsPicture,
  MachinePicture,
  Picture,
  RequestPicture,
  VolumePicture,
} from './events/picture/picture.js';
export type { LimitsChange } from './events/picture/watch.js';
export type { Progress } from './events/rate.js';
export type { Counts, SharedTotals, Summary } from './events/stats.js';
export type { ActiveRequest } from './http/client.js';
export type { Contact } from './http/contact.js';
export { fetch, type Keys } from './jobs/api/fetch.js';
export { fetchUrls, type UrlEntry } from './jobs/api/fetch-urls.js';
export type { Job } from './jobs/api/job.js';
export { type ListOptions, list } from './jobs/api/list.js';
export { mirror } from './jobs/api/mirror.js';
export type {
  JobOptions,
  SelectOptions,
  SourceOptions,
  StoreOptions,
  UrlOptions,
  VerifyOptions,
} from './jobs/api/options.js';
export { status } from './jobs/api/status.js';
export { verify } from './jobs/api/verify.js';
export type { RunStatus, Status, VolumeStatus, WaitStatus } from './jobs/status/status-text.js';
export type { ChecksumKind } from './lib/checksum/checksum.js';
export type { MemoryHolder } from './lib/http1/transport.js';
export type { Reject, RejectKind } from './model/batch.js';
export type { CheckCounts, CheckedBy, ContentDigest } from './model/digest.js';
export type { Absence, ObjectEntry } from './model/entry.js';
export type { NameMode } from './model/names/names.js';
export type { Reason } from './model/reasons.js';
export type { FileQuery, FileSpec, Found, PutAnswer, Sink, StoredFile } from './sinks/sink.js';
export type { SchemeSettings } from './sources/registry.js';
export type {
  BodyPieces,
  BrokenBody,
  Connections,
  FetchedObject,
  ListedPage,
  Lister,
  PageAnswer,
  PageDoubt,
  Source,
} from './sources/source.js';
