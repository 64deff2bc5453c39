-- Stock of a SKU as each inventory report last told it
--
-- Meaning: units that can be sold now, units on the way, aged units, and units shipped in the last 30 and 90 days.
-- Grain:   report, marketplace, SKU, ASIN; only the latest snapshot of each report.
-- Unit:    counts of units; aged is units older than 180 days.
-- Formula: sums over the rows of a SKU (conditions, countries). Edge: days of cover = available / mean daily units.
-- Source:  FBA manage inventory, planning, restock, AFN, ledger summary.
-- A sum is NULL unless every row (for ads: every day) knows the figure: missing is never 0.
WITH latest AS (
  SELECT report, marketplace, max(day) AS day FROM stock GROUP BY report, marketplace
)
SELECT
    s.report, s.marketplace, s.day, max(s.as_of) AS as_of, s.sku, s.asin, s.import_id,
    count(*) AS row_count,
    CASE WHEN count(s.available) = count(*) THEN sum(s.available) END AS available,
    CASE WHEN count(s.inbound) = count(*) THEN sum(s.inbound) END AS inbound,
    CASE WHEN count(s.aged) = count(*) THEN sum(s.aged) END AS aged,
    CASE WHEN count(s.units_30) = count(*) THEN sum(s.units_30) END AS units_30,
    CASE WHEN count(s.units_90) = count(*) THEN sum(s.units_90) END AS units_90
FROM stock AS s
JOIN latest AS l ON l.report = s.report AND l.marketplace = s.marketplace AND l.day = s.day
GROUP BY s.report, s.marketplace, s.day, s.sku, s.asin, s.import_id
ORDER BY s.report, s.marketplace, s.sku, s.asin
