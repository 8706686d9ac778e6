// Which resources people went on to: `weight` is what having done the first adds to the affinity to the second, `nextWeight` what is
// added if it was done last, `support` how many students did the second after the first, `lift` how many times more often
// than by chance.
UNWIND $rows AS row
MATCH (a:Resource {code: row.source})
MATCH (b:Resource {code: row.target})
CREATE (a)-[:FOLLOWED_BY {
  weight: row.weight, nextWeight: row.nextWeight, support: row.support, lift: row.lift, run: $run
}]->(b)
