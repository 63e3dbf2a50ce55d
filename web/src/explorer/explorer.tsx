/** @jsxImportSource react */
// GraphiQL with our examples in its tabs, and above it who asks.

import type { GraphiQLPlugin } from "@graphiql/react";
import { GraphiQL } from "graphiql";
import { useState } from "react";
import { EXAMPLES, variablesOf } from "./examples";
import { ExamplesPanel } from "./examples-panel";
import { Explored, type Exploring } from "./explored";
import { FillIn } from "./fill-in";
import { Head } from "./head";
import { ListIcon } from "./icons";
import { NARROW } from "./narrow";

const EXAMPLES_PLUGIN: GraphiQLPlugin = { title: "Examples", icon: ListIcon, content: ExamplesPanel };

export function Explorer(exploring: Exploring): React.ReactNode {
  const [filled] = useState(() => new Map(EXAMPLES.map((one) => [one.name, variablesOf(one, exploring.known.get())])));
  const [tabs] = useState(() => EXAMPLES.filter((one) => one.first).map(({ name, query }) => ({ query, variables: filled.get(name) ?? "" })));
  return (
    <Explored value={exploring}>
      <Head />
      <main>
        <GraphiQL fetcher={exploring.fetcher} defaultTabs={tabs} plugins={[EXAMPLES_PLUGIN]} defaultEditorToolsVisibility={matchMedia(NARROW).matches ? false : "variables"} shouldPersistHeaders={false} showPersistHeadersSettings={false}>
          <GraphiQL.Logo> </GraphiQL.Logo>
          <GraphiQL.Toolbar>
            {({ prettify, merge, copy }) => (
              <>
                <FillIn filled={filled} />
                {prettify}
                {merge}
                {copy}
              </>
            )}
          </GraphiQL.Toolbar>
        </GraphiQL>
      </main>
    </Explored>
  );
}
