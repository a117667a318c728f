/** The messages of a run that do not end it. Each has a code besides its text, so that programs can match it. */
import { notices } from '../texts/en/notices.js';

/** Code → meaning, in English. The codes are a contract: programs match them. */
export const NOTICES = notices.codes;

export type NoticeCode = keyof typeof NOTICES;

/** Topic → meaning: what a notice with a wide code is about. A contract, too. */
export const NOTICE_TOPICS = notices.topics satisfies Partial<Record<NoticeCode, Record<string, string>>>;

type Topics = typeof NOTICE_TOPICS;

/** `full`, `broken`, …: a topic of any code. */
export type NoticeTopic = { [Code in keyof Topics]: keyof Topics[Code] }[keyof Topics];
