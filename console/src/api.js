// One way to the service: a query in, data out, failures as one sentence.

export const STUDENT_HOME = `query StudentHome($student: String!, $first: Int = 5) {
  student(code: $student) {
    id
    code
    stage { enrol learn work startUp }
    targets(first: 3) {
      edges { node { match gap cluster { code label demand { demandClass demand trend gap confidence warningIndex warning } } } }
    }
    fields { code label match }
    chainRemedy
    diagnosis {
      coverage
      dimensions { category { code label } have required gap }
      lacking(first: 10) { skill { code label } have required gap }
    }
    jobs: recommendations(path: JOB, first: $first) { totalCount edges { cursor node { ...Chain } } pageInfo { hasNextPage endCursor } }
    training: recommendations(path: TRAINING, first: $first) { totalCount edges { cursor node { ...Chain } } pageInfo { hasNextPage endCursor } }
    venture: recommendations(path: VENTURE, first: $first) { totalCount edges { cursor node { ...Chain } } pageInfo { hasNextPage endCursor } }
  }
}
fragment Chain on Recommendation {
  id
  rank
  score
  path
  suggests { __typename code label }
  toward { code label }
  closes { skill { code label } have required gain }
  because { resource { code label } contribution support }
  explanation { match gap bridging heat stage redundancy affinity popularity urgency text }
}`;

export const SKILL_SEARCH = `query SkillSearch($text: String!, $first: Int = 5) {
  skillSearch(text: $text, first: $first) {
    score
    method
    skill { code label altLabels definition kind status broader { code label } narrower(first: 5) { edges { node { code label } } } replacedBy { code label } }
  }
}`;

export async function ask(query, variables) {
  let answer;
  try {
    answer = await fetch("/graphql", {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({ query, variables }),
    });
  } catch {
    throw new Error("The service does not answer. Is it running?");
  }
  const body = await answer.json().catch(() => null);
  if (body?.errors?.length) {
    const { message, extensions } = body.errors[0];
    throw new Error(extensions?.requestId ? `${message} (request ${extensions.requestId})` : message);
  }
  if (!answer.ok || !body) throw new Error(`The service answered ${answer.status}.`);
  return body.data;
}
