-- Seller feedback
--
-- Meaning: how many buyers rated the seller, and how many of them with 1 or 2 stars.
-- Grain:   window, marketplace.
-- Unit:    counts of ratings.
-- Formula: plain counts; a rating of 1 or 2 is negative (Amazon's own definition).
-- Source:  Seller feedback report. Product reviews have no report.
WITH kept AS (
  SELECT
    w.period, f.marketplace, f.import_id,
    count(*) AS row_count,
    sum(CASE WHEN f.rating <= 2 THEN 1 ELSE 0 END) AS negative
  FROM feedback AS f
  JOIN windows AS w
    ON w.marketplace = f.marketplace AND w.basis = 'feedback' AND f.day BETWEEN w.first_day AND w.last_day
  WHERE f.rating IS NOT NULL
  GROUP BY w.period, f.marketplace, f.import_id
)
SELECT
    period, marketplace,
    sum(row_count) AS row_count,
    sum(negative) AS negative,
    string_agg(CAST(import_id AS VARCHAR) || ':' || CAST(row_count AS VARCHAR), ' ') AS sources
FROM kept
GROUP BY period, marketplace
ORDER BY period, marketplace
