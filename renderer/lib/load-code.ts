/**
 * Loads a part of the page that is fetched when it is first needed. It may be asked for in the moment the core goes away, or after the
 * core came back as another version whose files have other names:
 *
 *   asked ──► there
 *     └─refused─► wait for the core ──► asked again ──► there
 *                                          └─refused─► the page is loaded anew, once a minute at most (browsers remember a refusal)
 */
const RELOADED = 'acc-reloaded-at';
const PAUSE = 500;
/** How long the core may be away before the view says that it could not be loaded, milliseconds. */
const PATIENCE = 60_000;
const ONCE_IN = 60_000;

export async function loadCode<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (refused) {
    if (!(await coreIsBack())) throw refused;
    try {
      return await load();
    } catch {
      if (!reloadOnce()) throw refused;
      // The page is on its way out: nothing needs to be shown any more.
      return new Promise<never>(() => {});
    }
  }
}

async function coreIsBack(): Promise<boolean> {
  for (const until = Date.now() + PATIENCE; Date.now() < until; await new Promise((resolve) => setTimeout(resolve, PAUSE))) {
    const answer = await fetch('/healthz', { cache: 'no-store' }).catch(() => null);
    if (answer?.ok) return true;
  }
  return false;
}

function reloadOnce(): boolean {
  const now = Date.now();
  if (now - Number(sessionStorage.getItem(RELOADED) ?? 0) < ONCE_IN) return false;
  sessionStorage.setItem(RELOADED, String(now));
  location.reload();
  return true;
}
