// Sets theme and density before the first paint, so the page never flashes in the wrong colours. Keys as in lib/prefs.ts.
// The page's policy forbids code from text; zod would try it once to be faster and be reported for it.
globalThis.__zod_globalConfig = { jitless: true };
(() => {
  const root = document.documentElement;
  let theme = 'system';
  let density = 'regular';
  try {
    theme = localStorage.getItem('acc.theme') ?? theme;
    density = localStorage.getItem('acc.density') ?? density;
  } catch {
    // Storage is blocked: the system's theme is right.
  }
  const dark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  root.dataset.theme = dark ? 'dark' : 'light';
  root.dataset.density = density;
})();
