-- Account health
--
-- Meaning: the rates Amazon judges an account by, as the latest health report tells them, and the open or granted
--          A-to-z claims that are part of the order defect rate.
-- Grain:   marketplace, metric, part (an order defect rate has an FBA and a seller-fulfilled part).
-- Unit:    counted, base and claims are counts; rate_micros and stated_micros are fractions in millionths.
-- Formula: Edge: the rate made of the counts where the file has both, else the stated rate.
-- Source:  Account health report (V2 seller performance). Amazon's own example contradicts itself, so counts go first.
WITH latest AS (
  SELECT marketplace, metric, max(last_day) AS last_day FROM health GROUP BY marketplace, metric
)
SELECT
    h.marketplace, h.metric, coalesce(h.part, '') AS part, h.last_day, max(h.as_of) AS as_of,
    max(h.import_id) AS import_id,
    count(*) AS row_count,
    max(h.counted) AS counted,
    max(h.base) AS base,
    max(h.rate_micros) AS rate_micros,
    max(h.stated_micros) AS stated_micros,
    max(h.claims) AS claims
FROM health AS h
JOIN latest AS l ON l.marketplace = h.marketplace AND l.metric = h.metric AND l.last_day = h.last_day
GROUP BY h.marketplace, h.metric, coalesce(h.part, ''), h.last_day
ORDER BY h.marketplace, h.metric, coalesce(h.part, '')
