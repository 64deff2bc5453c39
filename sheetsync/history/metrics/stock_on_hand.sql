-- Units on hand over time
--
-- Meaning: how many sellable units lay at FBA on the days that were exported, for means over a window.
-- Grain:   window, report, marketplace, SKU, ASIN.
-- Unit:    unit-days (sum over snapshots) and the number of snapshots of the report.
-- Formula: Edge: mean units on hand = unit_days / snapshots; sell-through = units shipped in 90 days / mean of 90 days;
--          turnover = units shipped in 30 days x 365 / 30 / mean over 30 days.
-- Source:  FBA inventory reports, each on its own: they count at different hours.
WITH taken AS (
  SELECT w.period, s.report, s.marketplace, count(DISTINCT s.day) AS snapshots
  FROM stock AS s
  JOIN windows AS w ON w.marketplace = s.marketplace AND w.basis = 'stock' AND s.day BETWEEN w.first_day AND w.last_day
  WHERE s.available IS NOT NULL
  GROUP BY w.period, s.report, s.marketplace
)
SELECT
    w.period, s.report, s.marketplace, s.sku, s.asin, t.snapshots,
    count(*) AS row_count,
    sum(s.available) AS unit_days
FROM stock AS s
JOIN windows AS w ON w.marketplace = s.marketplace AND w.basis = 'stock' AND s.day BETWEEN w.first_day AND w.last_day
JOIN taken AS t ON t.period = w.period AND t.report = s.report AND t.marketplace = s.marketplace
WHERE s.available IS NOT NULL
GROUP BY w.period, s.report, s.marketplace, s.sku, s.asin, t.snapshots
ORDER BY w.period, s.report, s.marketplace, s.sku, s.asin
