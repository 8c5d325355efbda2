import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { CsvError, parse } from 'csv-parse';
import { z } from 'zod';
import { Stop } from './stop.ts';

export interface CsvRow {
  /** Place in the file, counted from 1, headings and empty lines included. */
  readonly row: number;
  readonly cells: readonly string[];
  /** Bytes of the file up to the end of the row. */
  readonly bytes: number;
}

/** Far beyond any row of ours; an unclosed quote must not read the file into memory. */
const LONGEST_ROW = 64 * 1024;

/** The first cell is a word. */
const HEAD_BYTES = 1_024;

const recordSchema = z.object({ record: z.array(z.string()), info: z.object({ bytes: z.number() }) });

/**
 * The rows of a CSV file as they are read: commas (or semicolons or tabs, as the first row has them), RFC 4180 quotes, LF or CRLF, a byte order mark or none, UTF-8. Throws a
 * Stop where the file is no CSV any more.
 */
export async function* readCsv(path: string): AsyncGenerator<CsvRow> {
  const parser = parse({
    bom: true,
    delimiter: await delimiterOf(path),
    info: true,
    max_record_size: LONGEST_ROW,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: false,
  });
  const source = createReadStream(path);
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  let row = 0;
  try {
    for await (const found of parser) {
      const { record, info } = recordSchema.parse(found);
      row++;
      yield { row, cells: record, bytes: info.bytes };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const got = REASONS[error.code] ?? error.code;
    throw new Stop(`Expected a CSV file, got ${got} after row ${row}: nothing beyond it was read`);
  } finally {
    source.destroy();
    parser.destroy();
  }
}

/** What follows the first cell: spreadsheets of many countries save with semicolons, because their comma is a decimal point. */
async function delimiterOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const [, delimiter] = /^[\uFEFF\s]*"?\w+"?([,;\t])/.exec(buffer.toString('utf8', 0, bytesRead)) ?? [];
    return delimiter ?? ',';
  } finally {
    await file.close();
  }
}

const REASONS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote that is never closed',
  CSV_MAX_RECORD_SIZE: `a row of more than ${LONGEST_ROW} characters (perhaps a quote that is not closed)`,
  CSV_INVALID_CLOSING_QUOTE: 'text after a closing quote',
};
