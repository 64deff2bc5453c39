-- Sales of a marketplace, day by day
--
-- Meaning: what was ordered and how many visits there were on each day: the series of charts, of paces and of baselines.
-- Grain:   marketplace, currency, day.
-- Unit:    sales in micros of the currency; the rest counts.
-- Formula: plain sums. A day without a row is not known; it is not 0.
-- Source:  Business Report by date.
SELECT
    marketplace, currency, day,
    CASE WHEN count(sales) = count(*) THEN sum(sales) END AS sales,
    CASE WHEN count(units) = count(*) THEN sum(units) END AS units,
    CASE WHEN count(order_items) = count(*) THEN sum(order_items) END AS order_items,
    CASE WHEN count(sessions) = count(*) THEN sum(sessions) END AS sessions,
    CASE WHEN count(page_views) = count(*) THEN sum(page_views) END AS page_views
FROM sales_day
GROUP BY marketplace, currency, day
ORDER BY marketplace, day
