/** How much is measured. */
export interface Settings {
  readonly quick: boolean;
  /** How often each server is measured; every round starts it anew. */
  readonly rounds: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
  /** How many companies the comparison and the mutations work on. */
  readonly companies: number;
  /** The numbers of companies between which growth is measured, ascending. */
  readonly sizes: readonly number[];
  /** How often each query is asked for at each size. */
  readonly samples: number;
  /** How many mutations a round makes: a multiple of ten times `connections`, at most two for each company. */
  readonly mutations: number;
}

/** How many clients ask at the same time. */
export const connections = 32;

/** What a report is made of. */
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

/** Just enough to see that everything works: its figures mean nothing. */
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
