// Where students stand in one run, which path that leans to, and why there is no chain where there is none.
UNWIND $codes AS code
MATCH (:Student {code: code})-[:STANDS]->(n:Standing) WHERE n.run = $run
RETURN code AS owner, n.enrol AS enrol, n.learn AS learn, n.work AS work, n.startUp AS startUp, n.job AS job,
       n.training AS training, n.venture AS venture, n.reason AS reason
