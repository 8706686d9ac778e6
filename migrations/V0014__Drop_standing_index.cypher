// No node has the label Standing any more.
DROP INDEX standing_run IF EXISTS;
