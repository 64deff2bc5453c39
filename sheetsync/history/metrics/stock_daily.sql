-- Stock of a marketplace on the days it was exported
--
-- Meaning: units that can be sold, as each inventory report told them.
-- Grain:   report, marketplace, day.
-- Unit:    counts of units.
-- Formula: plain sum over SKUs; NULL where one is not known.
-- Source:  FBA inventory reports.
SELECT
    report, marketplace, day,
    CASE WHEN count(available) = count(*) THEN sum(available) END AS stock
FROM stock
GROUP BY report, marketplace, day
ORDER BY marketplace, day, report
