-- Best-seller rank and its drift over 14 days
--
-- Meaning: the latest rank of an ASIN in each category, and the rank in the same category 14 to 21 days before it.
--          A change of category looks like a jump of rank, so ranks of two categories are never compared.
-- Grain:   report, marketplace, ASIN, category.
-- Unit:    places; 1 is best.
-- Formula: Edge: drift = rank now - rank before; more is worse. The earlier rank is the latest one that is at least 14
--          days older; beyond 21 days it says nothing about two weeks.
-- Source:  FBA inventory planning (sales-rank within its product group); Keepa product viewer.
WITH latest AS (
  SELECT report, marketplace, asin, category, max(day) AS day FROM ranks WHERE asin <> ''
  GROUP BY report, marketplace, asin, category
),
before AS (
  SELECT l.report, l.marketplace, l.asin, l.category, max(r.day) AS day
  FROM latest AS l
  JOIN ranks AS r
    ON r.report = l.report AND r.marketplace = l.marketplace AND r.asin = l.asin
    AND coalesce(r.category, '') = coalesce(l.category, '')
    AND r.day <= l.day - INTERVAL '14' DAY AND r.day >= l.day - INTERVAL '21' DAY
  GROUP BY l.report, l.marketplace, l.asin, l.category
)
SELECT
    l.report, l.marketplace, l.asin, coalesce(l.category, '') AS category, l.day, b.day AS day_before,
    max(n.import_id) AS import_id, max(n.as_of) AS as_of,
    min(n.best_seller_rank) AS rank_now, min(o.best_seller_rank) AS rank_before
FROM latest AS l
JOIN ranks AS n
  ON n.report = l.report AND n.marketplace = l.marketplace AND n.asin = l.asin AND n.day = l.day
  AND coalesce(n.category, '') = coalesce(l.category, '')
LEFT JOIN before AS b
  ON b.report = l.report AND b.marketplace = l.marketplace AND b.asin = l.asin
  AND coalesce(b.category, '') = coalesce(l.category, '')
LEFT JOIN ranks AS o
  ON o.report = l.report AND o.marketplace = l.marketplace AND o.asin = l.asin AND o.day = b.day
  AND coalesce(o.category, '') = coalesce(l.category, '')
GROUP BY l.report, l.marketplace, l.asin, coalesce(l.category, ''), l.day, b.day
ORDER BY l.report, l.marketplace, l.asin, coalesce(l.category, '')
