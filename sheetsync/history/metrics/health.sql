-- Account health
--
-- Meaning: the rates Amazon judges an account by, as the latest health report tells them.
-- Grain:   marketplace, metric, part (an order defect rate has an FBA and a seller-fulfilled part).
-- Unit:    numerator and denominator are counts; rate_micros is the stated fraction in millionths.
-- Formula: Edge: rate = numerator / denominator where the file has both, else the stated rate.
-- Source:  Account health report (V2 seller performance). Amazon's own example contradicts
--          itself, so the counts go first.
WITH latest AS (
  SELECT marketplace, max(last_day) AS last_day FROM health GROUP BY marketplace
)
SELECT
    h.marketplace, h.metric, coalesce(h.part, '') AS part, h.last_day, max(h.as_of) AS as_of,
    max(h.import_id) AS import_id,
    count(*) AS row_count,
    sum(h.numerator) AS numerator,
    sum(h.denominator) AS denominator,
    max(h.rate_micros) AS rate_micros
FROM health AS h
JOIN latest AS l ON l.marketplace = h.marketplace AND l.last_day = h.last_day
GROUP BY h.marketplace, h.metric, coalesce(h.part, ''), h.last_day
ORDER BY h.marketplace, h.metric, coalesce(h.part, '')
