// How many posts each job cluster had in each month, in all and by region.
CREATE CONSTRAINT demand_code IF NOT EXISTS FOR (n:Demand) REQUIRE n.code IS UNIQUE;
CREATE INDEX demand_period IF NOT EXISTS FOR (n:Demand) ON (n.period);
