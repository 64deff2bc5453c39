-- Units sold without an EPR registration
--
-- Meaning: units of the latest EPR report that were sold in a category for which no registration number is given.
-- Grain:   marketplace, ASIN, category, first and last day.
-- Unit:    counts of units.
-- Formula: plain sum of units whose registration number is blank.
-- Source:  EPR report. A cancelled report means no data, not no obligation.
WITH latest AS (
  SELECT marketplace, max(last_day) AS last_day FROM packaging GROUP BY marketplace
)
SELECT
    p.marketplace, coalesce(p.asin, '') AS asin, coalesce(p.category, '') AS category, p.first_day, p.last_day,
    max(p.as_of) AS as_of, max(p.import_id) AS import_id,
    count(*) AS row_count,
    sum(p.units) AS units,
    sum(CASE WHEN p.registration IS NULL THEN p.units ELSE 0 END) AS missing
FROM packaging AS p
JOIN latest AS l ON l.marketplace = p.marketplace AND l.last_day = p.last_day
GROUP BY p.marketplace, coalesce(p.asin, ''), coalesce(p.category, ''), p.first_day, p.last_day
ORDER BY p.marketplace, coalesce(p.asin, ''), coalesce(p.category, '')
