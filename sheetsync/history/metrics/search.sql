-- Search queries and the brand's share of them
--
-- Meaning: how often a query was searched in the latest week or month exported, and how many of its purchases were the
--          brand's (or, in the ASIN view, the ASIN's).
-- Grain:   marketplace, brand or ASIN, search query, first and last day.
-- Unit:    counts.
-- Formula: Edge: brand share = own purchases / purchases. The file's own percentages are not used: a CSV writes
--          hundredths where the API writes fractions.
-- Source:  Brand Analytics, search query performance.
WITH latest AS (
  SELECT marketplace, brand, max(last_day) AS last_day FROM queries GROUP BY marketplace, brand
),
shortest AS (
  SELECT q.marketplace, q.brand, q.last_day, max(q.first_day) AS first_day
  FROM queries AS q
  JOIN latest AS l ON l.marketplace = q.marketplace AND l.brand = q.brand AND l.last_day = q.last_day
  GROUP BY q.marketplace, q.brand, q.last_day
)
SELECT
    q.marketplace, q.brand, q.query, q.first_day, q.last_day, max(q.as_of) AS as_of, max(q.import_id) AS import_id,
    count(*) AS row_count,
    max(q.volume) AS volume,
    CASE WHEN count(q.purchases) = count(*) THEN sum(q.purchases) END AS purchases,
    CASE WHEN count(q.own_purchases) = count(*) THEN sum(q.own_purchases) END AS own_purchases
FROM queries AS q
JOIN shortest AS s
  ON s.marketplace = q.marketplace AND s.brand = q.brand AND s.last_day = q.last_day AND s.first_day = q.first_day
GROUP BY q.marketplace, q.brand, q.query, q.first_day, q.last_day
ORDER BY q.marketplace, q.brand, q.query
