/** What every line of the transcript is given beside its item. */
export type RowProps = {
  /** When the line was added, the host's clock in milliseconds. */
  at: number;
  open: boolean;
  onToggle: () => void;
  /** The session still runs: only then can a call without a result be running. */
  live: boolean;
};
