import type { JournalRecord } from '#domain/journal/journal.ts';
import { never } from '#domain/result.ts';
import { cloudEvent } from './cloud-event.ts';
import { ocsfEvent } from './ocsf-event.ts';

export const EXPORT_FORMATS = ['cloudevents', 'ocsf'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** One line of JSON for a record. */
export function exportLine(record: JournalRecord, format: ExportFormat): string {
  switch (format) {
    case 'cloudevents':
      return JSON.stringify(cloudEvent(record));
    case 'ocsf':
      return JSON.stringify(ocsfEvent(record));
    default:
      return never(format);
  }
}
