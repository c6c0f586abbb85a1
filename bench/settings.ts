/** The size of a benchmark. */
export interface Settings {
  readonly quick: boolean;
  /** The number of times that each server is measured. Every round restarts it. */
  readonly rounds: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
  /** The number of companies for the comparison and the mutations. */
  readonly companies: number;
  /** The numbers of companies at which growth is measured, ascending. */
  readonly sizes: readonly number[];
  /** The number of times that each query is sent at each size. */
  readonly samples: number;
  /** The number of mutations per round: a multiple of ten times `connections`, at most two per company. */
  readonly mutations: number;
}

/** The number of concurrent clients. */
export const connections = 32;

/** The settings for a report. */
export const full: Settings = {
  quick: false,
  rounds: 5,
  warmUpSeconds: 3,
  seconds: 5,
  companies: 10_000,
  sizes: [1_000, 10_000, 100_000, 1_000_000],
  samples: 300,
  mutations: 16_000,
};

/** The settings for a quick check that everything works. The figures mean nothing. */
export const quick: Settings = {
  quick: true,
  rounds: 1,
  warmUpSeconds: 1,
  seconds: 1,
  companies: 200,
  sizes: [200, 400],
  samples: 10,
  mutations: 320,
};
