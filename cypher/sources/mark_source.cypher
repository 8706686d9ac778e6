// Where a source is, in the transaction of the batch that got it there.
MERGE (s:Source {code: $source})
SET s.contract = $contract, s.watermark = coalesce($watermark, s.watermark), s.complete = false, s.run = $run,
    s.demandDue = $contract = 'jobs' OR coalesce(s.demandDue, false), s.updatedAt = datetime()
