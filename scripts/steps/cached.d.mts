export function compiledSteps(): Promise<string>;
