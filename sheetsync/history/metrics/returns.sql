-- Returned units
--
-- Meaning: units that customers sent back, by the day of the return (so a rate mixes cohorts: returns of this month
--          belong to orders of earlier ones).
-- Grain:   window, marketplace, ASIN.
-- Unit:    counts of units.
-- Formula: plain sum.
-- Source:  FBA customer returns; seller-fulfilled returns.
-- A sum is NULL unless every row (for ads: every day) knows the figure: missing is never 0.
WITH kept AS (
  SELECT
    w.period, s.marketplace, s.asin, s.import_id,
    count(*) AS row_count,
    CASE WHEN count(s.units) = count(*) THEN sum(s.units) END AS units
  FROM returned AS s
  JOIN windows AS w
    ON w.marketplace = s.marketplace AND w.basis = 'returns' AND s.day BETWEEN w.first_day AND w.last_day
  GROUP BY w.period, s.marketplace, s.asin, s.import_id
)
SELECT
    period, marketplace, asin,
    sum(row_count) AS row_count,
    CASE WHEN count(units) = count(*) THEN sum(units) END AS units,
    string_agg(CAST(import_id AS VARCHAR) || ':' || CAST(row_count AS VARCHAR), ' ') AS sources
FROM kept
GROUP BY period, marketplace, asin
ORDER BY period, marketplace, asin
