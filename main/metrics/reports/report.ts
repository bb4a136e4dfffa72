/** A report as data, before it takes a form. Numbers are those of the answers; texts are printed as the screen prints them. */
import type { Unit } from '#shared/domain/metric.ts';
import type { ReportSection } from '#shared/domain/report.ts';

export type ReportFigure = {
  readonly title: string;
  readonly metric: string;
  readonly unit: Unit;
  /** Null: not enough data. */
  readonly value: number | null;
  readonly n: number;
  readonly minimum: number;
  readonly text: string;
  /** Against the period of the same length before; empty when that is not known. */
  readonly change: string;
};
export type ReportLine = { readonly name: string; readonly points: readonly (readonly [number, number | null])[] };
export type ReportChart = {
  readonly title: string;
  readonly metric: string;
  readonly unit: Unit;
  readonly from: number;
  readonly to: number;
  readonly stepMs: number;
  /** Zone whose days the steps are; null where they are shorter. */
  readonly days: string | null;
  /** In which its times are written. */
  readonly timeZone: string;
  readonly lines: readonly ReportLine[];
  /** Further lines that were left out. */
  readonly dropped: number;
};
/** Whether its lines want a legend: a line alone is what the title says, unless it is the one group there was. */
export const hasNames = ({ title, lines }: ReportChart): boolean => lines.length > 1 || lines.some(({ name }) => name !== title);

/** A cell with the number behind its text, where it has one. */
export type ReportCell = { readonly text: string; readonly value?: number };
export type ReportTable = {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly ReportCell[])[];
  readonly dropped: number;
};

export type ReportPart = {
  readonly id: ReportSection;
  readonly title: string;
  readonly figures: readonly ReportFigure[];
  readonly charts: readonly ReportChart[];
  readonly tables: readonly ReportTable[];
  /** Sentences: what was found, what could not be told. */
  readonly notes: readonly string[];
  /** False: not enough data for any of it. */
  readonly hasData: boolean;
};

export type Report = {
  readonly title: string;
  readonly note: string;
  readonly from: number;
  readonly to: number;
  readonly madeAt: number;
  readonly timeZone: string;
  /** Name of the repository it is about; null for all. */
  readonly repository: string | null;
  readonly parts: readonly ReportPart[];
};

export const NOT_ENOUGH = 'not enough data';
