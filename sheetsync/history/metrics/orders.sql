-- Ordered units by SKU
--
-- Meaning: units ordered on Amazon, without cancelled orders and without orders of other shops (multi-channel). Days
--          are UTC days, while Business Reports follow the marketplace's own: good for a mean, not for a day's total.
-- Grain:   window, marketplace, SKU, ASIN.
-- Unit:    counts of units.
-- Formula: plain sum.
-- Source:  All Orders.
-- A sum is NULL unless every row (for ads: every day) knows the figure: missing is never 0.
WITH kept AS (
  SELECT
    w.period, s.marketplace, s.sku, s.asin, s.import_id,
    count(*) AS row_count,
    CASE WHEN count(s.units) = count(*) THEN sum(s.units) END AS units
  FROM orders AS s
  JOIN windows AS w ON w.marketplace = s.marketplace AND w.basis = 'orders' AND s.day BETWEEN w.first_day AND w.last_day
  GROUP BY w.period, s.marketplace, s.sku, s.asin, s.import_id
)
SELECT
    period, marketplace, sku, asin,
    sum(row_count) AS row_count,
    CASE WHEN count(units) = count(*) THEN sum(units) END AS units,
    string_agg(CAST(import_id AS VARCHAR) || ':' || CAST(row_count AS VARCHAR), ' ') AS sources
FROM kept
GROUP BY period, marketplace, sku, asin
ORDER BY period, marketplace, sku, asin
