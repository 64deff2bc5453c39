-- Sales of a marketplace
--
-- Meaning: what was ordered and how many visits there were, over each window of the marketplace.
-- Grain:   basis, window, marketplace, currency.
-- Unit:    sales in micros (millionths of the currency); units, order items, sessions, page views are counts;
--          buy_box_sessions is the featured-offer fraction in millionths times sessions; order_items_squared feeds the
--          standard deviation of daily order items.
-- Formula: plain sums of days. Edge: CVR = units / sessions; buy box = buy_box_sessions / sessions / 1e6;
--          volatility = sqrt((sum(x*x) - sum(x)*sum(x)/n) / (n - 1)) with n = row_count.
-- Source:  Business Report by date, and nothing else: sums over ASINs differ from it in real accounts.
-- A sum is NULL unless every row (for ads: every day) knows the figure: missing is never 0.
WITH kept AS (
  SELECT
    w.basis, w.period, s.marketplace, s.currency, s.import_id,
    count(*) AS row_count,
    CASE WHEN count(s.sales) = count(*) THEN sum(s.sales) END AS sales,
    CASE WHEN count(s.units) = count(*) THEN sum(s.units) END AS units,
    CASE WHEN count(s.order_items) = count(*) THEN sum(s.order_items) END AS order_items,
    CASE WHEN count(s.order_items * s.order_items) = count(*)
        THEN sum(s.order_items * s.order_items) END AS order_items_squared,
    CASE WHEN count(s.sessions) = count(*) THEN sum(s.sessions) END AS sessions,
    CASE WHEN count(s.page_views) = count(*) THEN sum(s.page_views) END AS page_views,
    CASE WHEN count(s.buy_box_micros * s.sessions) = count(*)
        THEN sum(s.buy_box_micros * s.sessions) END AS buy_box_sessions
  FROM sales_day AS s
  JOIN windows AS w
    ON w.marketplace = s.marketplace AND s.day BETWEEN w.first_day AND w.last_day
    AND w.basis IN ('sales', 'both', 'returns')
  GROUP BY w.basis, w.period, s.marketplace, s.currency, s.import_id
)
SELECT
    basis, period, marketplace, currency,
    sum(row_count) AS row_count,
    CASE WHEN count(sales) = count(*) THEN sum(sales) END AS sales,
    CASE WHEN count(units) = count(*) THEN sum(units) END AS units,
    CASE WHEN count(order_items) = count(*) THEN sum(order_items) END AS order_items,
    CASE WHEN count(order_items_squared) = count(*) THEN sum(order_items_squared) END AS order_items_squared,
    CASE WHEN count(sessions) = count(*) THEN sum(sessions) END AS sessions,
    CASE WHEN count(page_views) = count(*) THEN sum(page_views) END AS page_views,
    CASE WHEN count(buy_box_sessions) = count(*) THEN sum(buy_box_sessions) END AS buy_box_sessions,
    string_agg(CAST(import_id AS VARCHAR) || ':' || CAST(row_count AS VARCHAR), ' ') AS sources
FROM kept
GROUP BY basis, period, marketplace, currency
ORDER BY basis, period, marketplace, currency
