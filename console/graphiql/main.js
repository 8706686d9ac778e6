import "graphiql/graphiql.css";
import "./page.css";

import { GraphiQL } from "graphiql";
import { createElement } from "react";
import { createRoot } from "react-dom/client";

const SEARCH = `# Anyone looks a skill up by what people call it. Press the triangle to run this.
query SkillSearch {
  skillSearch(text: "data analysis", first: 3) {
    score
    method
    skill { code label definition broader { label } }
  }
}
`;

async function fetcher(parameters) {
  const answer = await fetch("/graphql", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify(parameters),
  });
  return answer.json();
}

createRoot(document.getElementById("graphiql")).render(createElement(GraphiQL, { fetcher, defaultQuery: SEARCH }));
