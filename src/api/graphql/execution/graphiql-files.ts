import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** The GraphiQL page and its files. */
export interface GraphiqlFiles {
  readonly page: string;
  /** By name. A name changes with the content, so browsers may keep a file for ever. */
  readonly files: ReadonlyMap<string, GraphiqlFile>;
}

interface GraphiqlFile {
  readonly type: string;
  readonly gzipped: Buffer;
}

const firstQuery = `# Ctrl-Enter runs this query,
# Ctrl-Space shows what else you can ask for.
query Companies {
  companies(first: 20) {
    totalCount
    nodes {
      id
      name
      connectionStatuses
      connections {
        id
        platformName
        sourceType
        status
        allowedActions
        lastSync
      }
    }
  }
}
`;

const javascript = 'text/javascript; charset=utf-8';

/** Makes the page and its files from the package that has GraphiQL as texts of 9 MB. */
export async function makeGraphiqlFiles(): Promise<GraphiqlFiles> {
  const { css, editorWorkerService, favicon, graphqlWorker, js, jsonWorker } =
    await import('@graphql-yoga/render-graphiql/graphiql');
  const files = new Map<string, GraphiqlFile>();
  const add = async (name: string, type: string, content: string | Buffer) => {
    const hash = createHash('sha256').update(content).digest('base64url').slice(0, 16);
    const fullName = name.replace('.', `.${hash}.`);
    files.set(fullName, { type, gzipped: await promisify(gzip)(content) });
    return fullName;
  };
  const workers = {
    editorWorkerService: await add('editor-worker.js', javascript, editorWorkerService),
    json: await add('json-worker.js', javascript, jsonWorker),
    graphql: await add('graphql-worker.js', javascript, graphqlWorker),
  };
  const icon = Buffer.from(favicon.slice(favicon.indexOf(',') + 1), 'base64');
  return {
    page: pageWith({
      style: await add('graphiql.css', 'text/css; charset=utf-8', css),
      script: await add('graphiql.js', javascript, `${editorSetup(workers)}${js};\n${start}`),
      icon: await add('icon.ico', 'image/x-icon', icon),
    }),
    files,
  };
}

/** Says where the scripts are that the editor runs in the background. */
function editorSetup(workers: Readonly<Record<string, string>>): string {
  return `self.MonacoEnvironment = {
  globalAPI: false,
  getWorkerUrl: (() => {
    const workers = ${JSON.stringify(workers)};
    const here = document.currentScript.src;
    return (_, label) => new URL(workers[label], here).href;
  })(),
};
`;
}

/** Shows the query of the address, or else the first one, and runs neither before the user does. */
const start = `YogaGraphiQL.renderYogaGraphiQL(document.querySelector('#root'), ${JSON.stringify({
  title: 'Connexions',
  defaultQuery: firstQuery,
})});
`;

function pageWith(names: {
  readonly style: string;
  readonly script: string;
  readonly icon: string;
}): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Connexions</title>
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <link rel="icon" href="graphiql/${names.icon}" />
    <link rel="stylesheet" href="graphiql/${names.style}" />
  </head>
  <body id="body" class="no-focus-outline">
    <noscript>GraphiQL needs JavaScript.</noscript>
    <div id="root"></div>
    <script src="graphiql/${names.script}"></script>
  </body>
</html>
`;
}
