// What people saw, with its chance: once a round, read in the order of time, as is what they did with it.
CREATE CONSTRAINT exposure_code IF NOT EXISTS FOR (n:Exposure) REQUIRE n.code IS UNIQUE;
CREATE INDEX exposure_at IF NOT EXISTS FOR (n:Exposure) ON (n.at);
CREATE INDEX feedback_at IF NOT EXISTS FOR (n:Feedback) ON (n.at);
// Each update of the policy, by its number.
CREATE CONSTRAINT policy_update_number IF NOT EXISTS FOR (n:PolicyUpdate) REQUIRE n.number IS UNIQUE;
