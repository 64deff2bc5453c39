-- Advertising of a marketplace
--
-- Meaning: what ads cost and what Amazon credits to them, over each window of the marketplace.
-- Grain:   basis, window, marketplace, currency.
-- Unit:    spend and sales in micros of the currency; impressions, clicks, orders are counts.
-- Formula: plain sums. Edge: ACoS = spend / sales; ROAS = sales / spend; CTR = clicks / impressions;
--          CPC = spend / clicks; ad CVR = orders / clicks.
-- Source:  Amazon Ads console and API reports.
-- One report speaks for a day and ad product (campaign, else advertised product, else targeting, else search term):
-- real exports of the same days differ by their day of export, and a sum over reports would count spend five times.
-- Sponsored Products, Brands and Display are added.
-- A sum is NULL unless every row (for ads: every day) knows the figure: missing is never 0.
WITH days AS (
  SELECT
    w.basis, w.period, a.marketplace, a.currency, a.product, a.first_day, a.import_id,
    count(*) AS row_count,
    sum(a.impressions) AS impressions,
    sum(a.clicks) AS clicks,
    sum(a.spend) AS spend,
    sum(a.sales) AS sales,
    sum(a.orders) AS orders
  FROM ads AS a
  JOIN windows AS w
    ON w.marketplace = a.marketplace AND w.basis IN ('ads', 'both')
    AND ((a.day BETWEEN w.first_day AND w.last_day)
      OR (a.day IS NULL AND a.first_day = w.first_day AND a.last_day = w.last_day))
  GROUP BY w.basis, w.period, a.marketplace, a.currency, a.product, a.first_day, a.import_id
),
kept AS (
  SELECT
    basis, period, marketplace, currency, import_id,
    sum(row_count) AS row_count,
    CASE WHEN count(impressions) = count(*) THEN sum(impressions) END AS impressions,
    CASE WHEN count(clicks) = count(*) THEN sum(clicks) END AS clicks,
    CASE WHEN count(spend) = count(*) THEN sum(spend) END AS spend,
    CASE WHEN count(sales) = count(*) THEN sum(sales) END AS sales,
    CASE WHEN count(orders) = count(*) THEN sum(orders) END AS orders
  FROM days
  GROUP BY basis, period, marketplace, currency, import_id
)
SELECT
    basis, period, marketplace, currency,
    sum(row_count) AS row_count,
    CASE WHEN count(impressions) = count(*) THEN sum(impressions) END AS impressions,
    CASE WHEN count(clicks) = count(*) THEN sum(clicks) END AS clicks,
    CASE WHEN count(spend) = count(*) THEN sum(spend) END AS spend,
    CASE WHEN count(sales) = count(*) THEN sum(sales) END AS sales,
    CASE WHEN count(orders) = count(*) THEN sum(orders) END AS orders,
    string_agg(CAST(import_id AS VARCHAR) || ':' || CAST(row_count AS VARCHAR), ' ') AS sources
FROM kept
GROUP BY basis, period, marketplace, currency
ORDER BY basis, period, marketplace, currency
