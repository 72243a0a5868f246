/** One part of set-up. `isDone` is cheap, so that a second run costs next to nothing. */
export type Step = {
  readonly name: string;
  isDone(): Promise<boolean>;
  run(): Promise<void>;
};
