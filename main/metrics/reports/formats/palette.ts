/** Eight colours that stay apart for every kind of colour vision, on white and on the dark ground; each has a contrast of 3 : 1 or more there. */
export const LIGHT = ['#0060a8', '#c2500a', '#00795a', '#a3457f', '#7d5f00', '#2f7fae', '#6b4fbb', '#4a4a4a'] as const;
export const DARK = ['#5ab0f5', '#ff9a57', '#3fcf9f', '#f094c8', '#e6b84a', '#8fd0ff', '#b6a0ff', '#cfcfcf'] as const;
