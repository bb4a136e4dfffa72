/** Vitest's own progress and error output, without its closing table: the test command prints one summary itself. */
import { DefaultReporter, type TestModule } from 'vitest/node';

export class WorldReporter extends DefaultReporter {
  modules: readonly TestModule[] = [];
  /** Errors outside any test, such as an unhandled rejection. */
  errors = 0;

  constructor() {
    super({ summary: false });
  }

  override onTestRunEnd(...args: Parameters<DefaultReporter['onTestRunEnd']>): void {
    [this.modules] = args;
    this.errors = args[1].length;
    super.onTestRunEnd(...args);
  }

  override reportTestSummary(): void {}
}
