import type { Session, Store, StoreReader } from '../../src/store/store.ts';

/** Rolls back a transaction that is to run again. */
class Undo extends Error {
  override readonly name = 'Undo';
}

/**
 * Wraps a store so that every transaction runs twice. The first run is rolled back at its end, as if it had conflicted
 * with another transaction.
 */
export function runsAgain(store: Store): Store {
  return {
    ...readersOf(store),
    ...transactingTwice(store),
    session(options) {
      const session = store.session(options);
      return { ...readersOf(session), ...transactingTwice(session) };
    },
    ready: () => store.ready(),
    close: () => store.close(),
  };
}

function transactingTwice(session: Session): Pick<Session, 'transact'> {
  return {
    async transact(work) {
      try {
        await session.transact(async (tx) => {
          await work(tx);
          throw new Undo();
        });
      } catch (error) {
        if (!(error instanceof Undo)) throw error;
      }
      return session.transact(work);
    },
  };
}

function readersOf(reader: StoreReader): StoreReader {
  const { companies, connections, integrations, events, apiKeys, links } = reader;
  const { authorizations, credentials, grantedScopes, revocations, sealed } = reader;
  return {
    companies,
    connections,
    integrations,
    events,
    apiKeys,
    links,
    authorizations,
    credentials,
    grantedScopes,
    revocations,
    sealed,
  };
}
