-- Search terms that spend without orders
--
-- Meaning: customer search terms of a campaign that cost money and brought no order, on days whose attribution window
--          has closed (or over the range of a summary, where only that was exported).
-- Grain:   window, marketplace, currency, campaign, search term.
-- Unit:    spend and sales in micros of the currency; impressions, clicks, orders are counts.
-- Formula: plain sums. Edge: ACoS = spend / sales; ROAS = sales / spend; CTR = clicks / impressions;
--          CPC = spend / clicks; ad CVR = orders / clicks.
-- Source:  Search term reports of Sponsored Products and Brands.
-- A sum is NULL unless every row (for ads: every day) knows the figure: missing is never 0.
WITH days AS (
  SELECT
    w.basis, w.period, a.marketplace, a.currency, a.campaign, a.term, a.product, a.first_day, a.import_id,
    count(*) AS row_count,
    sum(a.impressions) AS impressions,
    sum(a.clicks) AS clicks,
    sum(a.spend) AS spend,
    sum(a.sales) AS sales,
    sum(a.orders) AS orders
  FROM ads_by_term AS a
  JOIN windows AS w
    ON w.marketplace = a.marketplace AND w.basis IN ('term')
    AND ((a.day BETWEEN w.first_day AND w.last_day)
      OR (a.day IS NULL AND a.first_day = w.first_day AND a.last_day = w.last_day))
  WHERE a.term <> ''
  GROUP BY w.basis, w.period, a.marketplace, a.currency, a.campaign, a.term, a.product, a.first_day, a.import_id
),
kept AS (
  SELECT
    basis, period, marketplace, currency, campaign, term, import_id,
    sum(row_count) AS row_count,
    CASE WHEN count(impressions) = count(*) THEN sum(impressions) END AS impressions,
    CASE WHEN count(clicks) = count(*) THEN sum(clicks) END AS clicks,
    CASE WHEN count(spend) = count(*) THEN sum(spend) END AS spend,
    CASE WHEN count(sales) = count(*) THEN sum(sales) END AS sales,
    CASE WHEN count(orders) = count(*) THEN sum(orders) END AS orders
  FROM days
  GROUP BY basis, period, marketplace, currency, campaign, term, import_id
)
SELECT
    basis, period, marketplace, currency, campaign, term,
    sum(row_count) AS row_count,
    CASE WHEN count(impressions) = count(*) THEN sum(impressions) END AS impressions,
    CASE WHEN count(clicks) = count(*) THEN sum(clicks) END AS clicks,
    CASE WHEN count(spend) = count(*) THEN sum(spend) END AS spend,
    CASE WHEN count(sales) = count(*) THEN sum(sales) END AS sales,
    CASE WHEN count(orders) = count(*) THEN sum(orders) END AS orders,
    string_agg(CAST(import_id AS VARCHAR) || ':' || CAST(row_count AS VARCHAR), ' ') AS sources
FROM kept
GROUP BY basis, period, marketplace, currency, campaign, term
HAVING sum(spend) > 0 AND count(orders) = count(*) AND sum(orders) = 0
ORDER BY basis, period, marketplace, currency, campaign, term
