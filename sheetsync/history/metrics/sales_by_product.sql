-- Sales of a product
--
-- Meaning: what was ordered of each child ASIN and how often it was looked at. One ASIN may stand on several rows, one
--          a SKU: they are added.
-- Grain:   window, marketplace, currency, ASIN.
-- Unit:    sales in micros of the currency; the rest counts; buy_box_sessions as in sales.sql.
-- Formula: plain sums of the rows of one export, which covers a range of days that cannot be split.
-- Source:  Business Report by child ASIN or SKU.
-- A sum is NULL unless every row (for ads: every day) knows the figure: missing is never 0.
WITH kept AS (
  SELECT
    w.period, s.marketplace, s.currency, s.asin, s.import_id,
    count(*) AS row_count,
    CASE WHEN count(s.sales) = count(*) THEN sum(s.sales) END AS sales,
    CASE WHEN count(s.units) = count(*) THEN sum(s.units) END AS units,
    CASE WHEN count(s.order_items) = count(*) THEN sum(s.order_items) END AS order_items,
    CASE WHEN count(s.sessions) = count(*) THEN sum(s.sessions) END AS sessions,
    CASE WHEN count(s.page_views) = count(*) THEN sum(s.page_views) END AS page_views,
    CASE WHEN count(s.buy_box_micros * s.sessions) = count(*)
        THEN sum(s.buy_box_micros * s.sessions) END AS buy_box_sessions
  FROM sales_by_product AS s
  JOIN windows AS w
    ON w.marketplace = s.marketplace AND w.basis = 'product'
    AND s.first_day = w.first_day AND s.last_day = w.last_day
  WHERE s.asin <> ''
  GROUP BY w.period, s.marketplace, s.currency, s.asin, s.import_id
)
SELECT
    period, marketplace, currency, asin,
    sum(row_count) AS row_count,
    CASE WHEN count(sales) = count(*) THEN sum(sales) END AS sales,
    CASE WHEN count(units) = count(*) THEN sum(units) END AS units,
    CASE WHEN count(order_items) = count(*) THEN sum(order_items) END AS order_items,
    CASE WHEN count(sessions) = count(*) THEN sum(sessions) END AS sessions,
    CASE WHEN count(page_views) = count(*) THEN sum(page_views) END AS page_views,
    CASE WHEN count(buy_box_sessions) = count(*) THEN sum(buy_box_sessions) END AS buy_box_sessions,
    string_agg(CAST(import_id AS VARCHAR) || ':' || CAST(row_count AS VARCHAR), ' ') AS sources
FROM kept
GROUP BY period, marketplace, currency, asin
ORDER BY period, marketplace, currency, asin
