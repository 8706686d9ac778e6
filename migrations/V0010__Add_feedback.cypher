// What people did with suggestions: each idempotency key counts once, and is found again by what it was about.
CREATE CONSTRAINT feedback_code IF NOT EXISTS FOR (n:Feedback) REQUIRE n.code IS UNIQUE;
CREATE INDEX feedback_recommendation IF NOT EXISTS FOR (n:Feedback) ON (n.recommendation);
