-- Says whether a block of evidence is needed still, when the decisions before it are removed.
CREATE INDEX decisions_of_evidence ON decisions (evidence) WHERE evidence IS NOT NULL;
