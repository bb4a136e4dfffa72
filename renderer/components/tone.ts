/** The states that have a colour; each goes with a word or a shape. */
export type Tone = 'run' | 'ok' | 'wait' | 'bad' | 'off' | 'accent';
