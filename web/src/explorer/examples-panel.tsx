/** @jsxImportSource react */
// All examples, in the order in which one tries them; a click opens one, or the tab where it is open already.

import { useEditorContext, usePluginStore } from "@graphiql/react";
import { useEffect, useState } from "react";
import { EXAMPLES, type Example, variablesOf } from "./examples";
import { useExplored } from "./explored";
import { NARROW } from "./narrow";

export function ExamplesPanel(): React.ReactNode {
  const { known } = useExplored();
  const { tabs, activeTabIndex, addTab, changeTab, queryEditor, variableEditor } = useEditorContext({ nonNull: true });
  const setVisiblePlugin = usePluginStore((plugins) => plugins.setVisiblePlugin);
  const [wanted, setWanted] = useState<{ example: Example; tab: number } | null>(null);

  function open(example: Example): void {
    if (matchMedia(NARROW).matches) setVisiblePlugin(null);
    const at = tabs.findIndex((tab) => tab.operationName === example.name || tab.title === example.name);
    if (at >= 0) return changeTab(at);
    setWanted({ example, tab: tabs.length });
    addTab();
  }

  useEffect(() => {
    if (!wanted || activeTabIndex !== wanted.tab) return;
    setWanted(null);
    queryEditor?.setValue(wanted.example.query);
    variableEditor?.setValue(variablesOf(wanted.example, known.get()));
  }, [wanted, activeTabIndex, queryEditor, variableEditor, known]);

  return (
    <section className="examples" aria-label="Examples">
      <h2>Examples</h2>
      <p>Each opens in a tab, filled in with what is really there. Ctrl-Enter runs it.</p>
      <ol>
        {EXAMPLES.map((example) => (
          <li key={example.name}>
            <button type="button" aria-current={tabs[activeTabIndex]?.operationName === example.name} onClick={() => open(example)}>
              <strong>{example.title}</strong>
              <code>{example.name}</code>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
