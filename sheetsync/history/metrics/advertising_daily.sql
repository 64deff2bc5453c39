-- Advertising of a marketplace, day by day
--
-- Meaning: what ads cost and what Amazon credits to them on each day: the series of charts, of paces and of baselines.
-- Grain:   marketplace, currency, day.
-- Unit:    spend and sales in micros of the currency; the rest counts.
-- Formula: plain sums. A day that a report covers without a row had no ads: 0. Other days without a row are not known.
-- Source:  Amazon Ads reports, one for each day and ad product (see advertising.sql).
SELECT
    marketplace, currency, day,
    sum(spend) AS ad_spend,
    sum(sales) AS ad_sales,
    sum(orders) AS ad_orders,
    sum(impressions) AS impressions,
    sum(clicks) AS clicks
FROM ads
WHERE day IS NOT NULL
GROUP BY marketplace, currency, day
ORDER BY marketplace, day
